import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether LINE signed this body: base64 of HMAC-SHA256 over the bytes as they came, compared in constant time.
 * https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
 */
export function verifySignature(rawBody: Buffer, channelSecret: string, signature: string): boolean {
  const expected = Buffer.from(createHmac('sha256', channelSecret).update(rawBody).digest('base64'), 'latin1');
  const given = Buffer.from(signature, 'utf8');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
