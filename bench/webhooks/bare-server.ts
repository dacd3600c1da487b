import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The least that any webhook receiver must do: read the body, check its signature, answer. Keeps nothing. */
const [secret] = process.argv.slice(2);
if (!secret) throw new Error('Give the channel secret.');

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const expected = createHmac('sha256', secret).update(Buffer.concat(chunks)).digest();
    const given = Buffer.from(String(request.headers['x-line-signature']), 'base64');
    response.statusCode = given.length === expected.length && timingSafeEqual(given, expected) ? 200 : 401;
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
