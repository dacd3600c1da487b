import { describe, expect, it } from '@jest/globals';
import { newSecret, pkceChallenge, sha256 } from './secrets.js';

describe('Secrets', () => {
  it('are new each time, of the length that was asked for, and travel in addresses as they are', () => {
    const many = Array.from({ length: 100 }, () => newSecret());
    expect(new Set(many).size).toBe(100);
    for (const secret of many) expect(secret).toMatch(/^[\w-]{43}$/);
    expect(Buffer.from(newSecret(16), 'base64url')).toHaveLength(16);
  });

  it('are hashed over their UTF-8', () => {
    expect(sha256('こ').toString('hex')).toBe('083ed6fbedae1760770549548357910d9456bf5970337427d293c61494d9fc83');
  });

  it('give the code challenge of LINE’s own example', () => {
    // https://developers.line.biz/en/docs/line-login/integrate-pkce/
    const verifier = 'wJKN8qz5t8SSI9lMFhBB6qwNkQBkuPZoCxzRhwLRUo1';
    expect(pkceChallenge(verifier)).toBe('BSCQwo_m8Wf0fpjmwkIKmPAJ1A7tiuRSNDnXzODS7QI');
  });
});
