import { describe, expect, it } from '@jest/globals';
import { asUuid, newId } from './ids.js';

describe('A UUID', () => {
  it('is taken in any case and goes on in the lower one', () => {
    const id = newId();
    expect([asUuid(id), asUuid(id.toUpperCase())]).toEqual([id, id]);
  });

  it.each(['', '0199d3a8', 'g199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90', '0199d3a86f0e7c519a445b1f4d7c2e90', 'x'.repeat(36)])(
    'is not %j',
    (text) => {
      expect(asUuid(text)).toBeUndefined();
    },
  );

  it('has nothing before or after it', () => {
    for (const text of [` ${newId()}`, `${newId()}\n`, `${newId()}0`]) expect(asUuid(text)).toBeUndefined();
  });
});
