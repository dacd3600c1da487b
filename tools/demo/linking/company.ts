import { createHmac, randomUUID } from 'node:crypto';

interface Claims {
  iss: string;
  handle: string;
  returnUrl: string;
}

const LIFE_SECONDS = 120;

/**
 * The company's own sign-in, once a member has signed in there: a signed answer to the request that the browser brought.
 * What a real one has to check before stands in `examples/company-sign-in`.
 * @returns where the browser goes back to
 */
export function signedAnswer(request: string, memberId: string, { key, now }: { key: string; now: Date }): string {
  const [head, body = '', signature] = request.split('.');
  if (signature !== sign(`${head}.${body}`, key)) throw new Error('The request is not signed with our key.');
  const { iss, handle, returnUrl } = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims;
  const iat = Math.floor(now.getTime() / 1000);
  const claims = { aud: iss, sub: memberId, handle, jti: randomUUID(), iat, exp: iat + LIFE_SECONDS };
  const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const back = new URL(returnUrl);
  back.searchParams.set('answer', `${text}.${sign(text, key)}`);
  return back.toString();
}

function sign(text: string, key: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
