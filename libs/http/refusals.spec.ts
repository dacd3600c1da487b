import { describe, expect, it } from '@jest/globals';
import { refusalOf } from './refusals.js';

describe('What is thrown', () => {
  it.each([
    ['a disk that is full', { code: '53100' }],
    ['a disk that cannot be written', { code: '58030' }],
    ['a database that takes nothing more', { code: '25006' }],
    ['too many connections', { code: '53300' }],
    ['a transaction given up for another', { code: '40P01' }],
    ['a server that is ended', { code: '57P01' }],
    ['a server that is away', { code: 'ECONNREFUSED' }],
    ['a connection that ended under a statement', new Error('Connection terminated unexpectedly')],
    ['no connection that came free', new Error('timeout exceeded when trying to connect')],
  ])('by %s is worth another try', (_, error) => {
    expect(refusalOf(error)?.status).toBe(503);
  });

  it.each([
    ['a broken statement', { code: '42601' }],
    ['a broken promise to the database', { code: '23505' }],
    ['a mistake', new Error('Cannot read properties of undefined')],
    ['nothing', undefined],
  ])('by %s is a bug', (_, error) => {
    expect(refusalOf(error)).toBeUndefined();
  });
});
