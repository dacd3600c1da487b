// A company's own sign-in page, as Tsunagi sends members to it while they link their LINE account.
// One file, nothing but Node (20 or later). README.md says how to run it.
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { SIGN_IN_KEY, TSUNAGI_URL = 'http://localhost:3000', PORT = '4000', PUBLIC_URL } = process.env;
if (!SIGN_IN_KEY) throw new Error('SIGN_IN_KEY is not set: make one with POST /v1/sign-in-keys.');

/** Your members: who they are to Tsunagi (externalId) and how they sign in. Ask your own system here instead. */
const members = [{ memberId: 'M0001', email: 'hanako@shop.example', password: 'rainy days in june' }];

const same = (one, other) => {
  const [a, b] = [one, other].map((text) => createHmac('sha256', SIGN_IN_KEY).update(text).digest());
  return timingSafeEqual(a, b);
};

/** Takes a signed request of Tsunagi's; throws unless it is for us, of the last five minutes, and rightly signed. */
function readRequest(token) {
  const [head = '', claims = '', signature = ''] = String(token).split('.');
  const parse = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  // The algorithm is ours to say, never the token's.
  if (parse(head).alg !== 'HS256') throw new Error('not signed with HS256');
  const expected = createHmac('sha256', SIGN_IN_KEY).update(`${head}.${claims}`).digest('base64url');
  if (!same(signature, expected)) throw new Error('not signed with our key');
  const request = parse(claims);
  const now = Date.now() / 1000;
  if (request.iss !== TSUNAGI_URL || request.aud !== ownUrl()) throw new Error('not for us');
  if (!(request.exp > now - 60) || !(request.iat < now + 60)) throw new Error('not of this time');
  return request;
}

/** Says who has signed in: for this attempt, once, for two minutes. */
function answerTo(request, memberId) {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { aud: request.iss, sub: memberId, handle: request.handle, jti: randomUUID(), iat, exp: iat + 120 };
  const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const url = new URL(request.returnUrl);
  url.searchParams.set('answer', `${text}.${createHmac('sha256', SIGN_IN_KEY).update(text).digest('base64url')}`);
  return url.toString();
}

const form = (token, problem = '') => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><h1>Sign in</h1><p role="alert">${problem}</p>
<form method="post"><input type="hidden" name="request" value="${token.replace(/[^\w.-]/g, '')}">
<label>E-mail <input name="email" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button></form>`;

const server = createServer(async (incoming, outgoing) => {
  const show = (status, text) => outgoing.writeHead(status, { ...headers, 'content-type': 'text/html' }).end(text);
  const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
  try {
    const url = new URL(incoming.url ?? '/', ownUrl());
    if (url.pathname !== '/sign-in') return show(404, 'Not found');
    let body = '';
    for await (const chunk of incoming) if ((body += chunk).length > 8_192) return show(413, 'Too large');
    const fields = incoming.method === 'POST' ? new URLSearchParams(body) : url.searchParams;
    const token = fields.get('request') ?? '';
    const request = readRequest(token);
    if (incoming.method !== 'POST') return show(200, form(token));
    const found = members.find(({ email }) => email === fields.get('email'));
    const isRight = same(fields.get('password') ?? '', found?.password ?? randomUUID());
    if (!found || !isRight) return show(403, form(token, 'The e-mail address or the password is not right.'));
    return outgoing.writeHead(303, { ...headers, location: answerTo(request, found.memberId) }).end();
  } catch (error) {
    console.error(`A request was refused: ${error.message}`);
    return show(400, 'Please go back to LINE and start again.');
  }
});

/** What `aud` must be: the origin of the address that the link page's settings name. */
const ownUrl = () => PUBLIC_URL ?? `http://localhost:${server.address().port}`;

server.listen(Number(PORT), '127.0.0.1', () => console.log(`Sign-in page: ${ownUrl()}/sign-in`));
