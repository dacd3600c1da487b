import { describe, expect, it } from '@jest/globals';
import { LineAnswer } from './line-transport.js';
import { readOutcome, sendOutcome, validationOutcome } from './send-outcome.js';

function answer(status: number, body: unknown, headers: Record<string, string> = {}): LineAnswer {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  return new LineAnswer(status, { 'x-line-request-id': 'this-attempt', ...headers }, raw);
}

describe('sendOutcome', () => {
  it('takes every 2xx as accepted, whatever the body', () => {
    for (const body of ['{}', '', '<html>']) {
      expect(sendOutcome(answer(200, body))).toEqual({ kind: 'accepted', requestId: 'this-attempt', before: false });
    }
  });

  it('takes 409 as accepted before, under the id of the request that was accepted', () => {
    const body = { message: 'The retry key is already accepted', sentMessages: [{ id: '1' }] };
    expect(sendOutcome(answer(409, body, { 'x-line-accepted-request-id': 'the-first' }))).toEqual({
      kind: 'accepted',
      requestId: 'the-first',
      before: true,
    });
    expect(sendOutcome(answer(409, body))).toEqual({ kind: 'accepted', requestId: 'this-attempt', before: true });
    expect(sendOutcome(answer(409, { message: 'Conflict' }))).toMatchObject({ kind: 'refused', status: 409 });
  });

  it('keeps the monthly limit apart from the rate limit by the text', () => {
    const monthly = answer(429, { message: 'You have reached your monthly limit.' });
    const rate = answer(429, { message: 'The API rate limit has been exceeded. Try again later.' });
    expect(sendOutcome(monthly)).toEqual({ kind: 'quota', requestId: 'this-attempt' });
    expect(sendOutcome(rate)).toEqual({ kind: 'rate-limited', requestId: 'this-attempt' });
    expect(sendOutcome(answer(429, ''))).toEqual({ kind: 'rate-limited', requestId: 'this-attempt' });
  });

  it('names the bad recipient whether LINE names it in the message or in a detail', () => {
    const inMessage = { message: 'The property, to[1], in the request body is invalid (line: -, column: -)' };
    const inDetail = {
      message: 'The request body has 1 error(s)',
      details: [{ message: 'not a user id', property: 'to[499]' }],
    };
    expect(sendOutcome(answer(400, inMessage))).toMatchObject({ kind: 'refused', status: 400, badRecipient: 1 });
    expect(sendOutcome(answer(400, inDetail))).toMatchObject({
      kind: 'refused',
      badRecipient: 499,
      error: 'The request body has 1 error(s); to[499] not a user id',
    });
  });

  it.each([
    [{ message: "The property, 'to', in the request body is invalid (line: -, column: -)" }],
    [{ message: 'Failed to send messages' }],
    [{ message: 'x', details: [{ property: 'messages[0].to[1]', message: 'about to[3]' }] }],
    [{ message: 'x', details: [null, 5, 'to[1]'] }],
    [{ details: {} }],
    ['to[1]'],
  ])('names no bad recipient in %j', (body) => {
    expect(sendOutcome(answer(400, body))).toMatchObject({ kind: 'refused', badRecipient: undefined });
  });

  it.each([500, 502, 503, 504, 408, 302])('does not know what became of a request answered %d', (status) => {
    expect(sendOutcome(answer(status, '<html>'))).toMatchObject({ kind: 'unknown', requestId: 'this-attempt' });
  });

  it.each([401, 403])('says that %d is about the channel, not the message', (status) => {
    expect(sendOutcome(answer(status, { message: 'No.' }))).toEqual({
      kind: 'unauthorized',
      requestId: 'this-attempt',
      status,
      error: 'No.',
    });
  });

  it('cuts the page of a gateway short', () => {
    expect(sendOutcome(answer(404, 'x'.repeat(100_000)))).toMatchObject({ error: 'x'.repeat(1_000) });
  });
});

describe('readOutcome', () => {
  it('gives the value, and calls an answer that is not JSON unknown', () => {
    expect(readOutcome(answer(200, { totalUsage: 3 }))).toEqual({
      kind: 'answered',
      requestId: 'this-attempt',
      value: { totalUsage: 3 },
    });
    expect(readOutcome(answer(200, '<html>'))).toMatchObject({ kind: 'unknown' });
    expect(readOutcome(answer(404, { message: 'Not found' }))).toMatchObject({ kind: 'refused', status: 404 });
  });
});

describe('validationOutcome', () => {
  it('lists what LINE dislikes, and passes other failures on', () => {
    const details = [{ message: 'Size must be between 1 and 5', property: 'messages' }];
    expect(validationOutcome(answer(200, {}))).toEqual({ ok: true });
    expect(validationOutcome(answer(400, { message: 'The request body has 1 error(s)', details }))).toEqual({
      ok: false,
      errors: details,
    });
    expect(validationOutcome(answer(400, { message: 'Bad.' }))).toEqual({ ok: false, errors: [{ message: 'Bad.' }] });
    expect(validationOutcome(answer(401, { message: 'No.' }))).toMatchObject({ kind: 'unauthorized' });
  });
});
