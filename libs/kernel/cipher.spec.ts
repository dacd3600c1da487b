import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Cipher } from './cipher.js';

const place = { workspaceId: 'w', table: 'channels', column: 'channel_secret', rowId: 'r' };
const oldKeys = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const newKeys = `k2:${Buffer.alloc(32, 2).toString('base64')},${oldKeys}`;

describe('Cipher', () => {
  it('gives any text back as it was, and never the same bytes twice', () => {
    const cipher = Cipher.fromText(oldKeys);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (secret) => {
        const bytes = cipher.encrypt(secret, place);
        expect(cipher.decrypt(bytes, place)).toBe(secret);
        expect(cipher.encrypt(secret, place).equals(bytes)).toBe(false);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it.each(['workspaceId', 'table', 'column', 'rowId'] as const)('does not decrypt under another %s', (part) => {
    const cipher = Cipher.fromText(oldKeys);
    const bytes = cipher.encrypt('secret', place);
    expect(() => cipher.decrypt(bytes, { ...place, [part]: 'x' })).toThrow();
  });

  it('does not decrypt changed bytes', () => {
    const cipher = Cipher.fromText(oldKeys);
    const bytes = cipher.encrypt('secret', place);
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i]! ^= 1;
      expect(() => cipher.decrypt(changed, place)).toThrow();
    }
    expect(() => cipher.decrypt(Buffer.alloc(3), place)).toThrow('not a ciphertext');
  });

  it('rotates: the first key encrypts, the others still decrypt', () => {
    const before = Cipher.fromText(oldKeys).encrypt('secret', place);
    const rotated = Cipher.fromText(newKeys);
    expect(rotated.decrypt(before, place)).toBe('secret');
    expect(rotated.isOutdated(before)).toBe(true);
    const after = rotated.encrypt('secret', place);
    expect(rotated.isOutdated(after)).toBe(false);
    expect(() => Cipher.fromText(oldKeys).decrypt(after, place)).toThrow('key k2');
  });

  it('refuses keys of another length', () => {
    expect(() => Cipher.fromText('k1:c2hvcnQ=')).toThrow('k1');
  });
});
