import { describe, expect, it } from '@jest/globals';
import { verifySignature } from './signature.js';

describe('verifySignature', () => {
  const secret = '8c570fa6dd201bb328f1c1eac23a96d8';
  const body = Buffer.from('{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}');
  const signature = 'GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=';

  it('accepts the known vector', () => {
    expect(verifySignature(body, secret, signature)).toBe(true);
  });

  it('refuses another body, another secret and a body that was parsed and written again', () => {
    expect(verifySignature(Buffer.from(`${body.toString()} `), secret, signature)).toBe(false);
    expect(verifySignature(body, `${secret}0`, signature)).toBe(false);
    expect(verifySignature(Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1)), secret, signature)).toBe(
      false,
    );
  });

  it.each([
    '',
    'x',
    signature.slice(0, -1),
    `${signature}=`,
    signature.replace('+', '-'),
    'あ'.repeat(44),
    signature.toLowerCase(),
  ])('refuses the signature %j', (given) => {
    expect(verifySignature(body, secret, given)).toBe(false);
  });
});
