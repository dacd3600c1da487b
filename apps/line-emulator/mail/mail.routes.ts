import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Html, html, webAddress } from '../page/html.js';
import { readEml, type ReadMail } from './eml.js';

const MOST_SHOWN = 100;

const style = `
body { margin: 0; background: #e9edf1; color: #1d1f22; font: 15px/1.6 -apple-system, "Hiragino Sans", "Noto Sans JP", sans-serif; }
main { max-width: 720px; margin: 0 auto; padding: 24px 16px; }
article { background: #fff; border-radius: 12px; padding: 16px 20px; margin: 16px 0; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 4px; }
small { color: #5b636d; display: block; }
pre { font: inherit; white-space: pre-wrap; margin: 12px 0 0; }
`;

/**
 * The page at `/mail`: what would have arrived in people's mailboxes, the latest first. It only reads.
 * @param mailDir where the mails lie as `.eml` files whose names sort by time
 */
export function serveMail(app: FastifyInstance, mailDir: string): void {
  app.get('/mail', (_request, reply) =>
    reply
      .header('content-security-policy', `default-src 'none'; style-src 'unsafe-inline'`)
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .type('text/html; charset=utf-8')
      .send(pageOf(latest(mailDir)).markup),
  );
}

function latest(mailDir: string): ReadMail[] {
  if (!existsSync(mailDir)) return [];
  const names = readdirSync(mailDir).filter((name) => name.endsWith('.eml'));
  const shown = names.sort().reverse().slice(0, MOST_SHOWN);
  return shown.map((name) => readEml(readFileSync(join(mailDir, name))));
}

function pageOf(mails: ReadMail[]): Html {
  return html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>メール · LINEエミュレーター</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>メール</h1>
          ${mails.length === 0 && html`<p>まだ何も送られていません。</p>`} ${mails.map(mailView)}
        </main>
      </body>
    </html>`;
}

function mailView({ from, to, subject, date, text }: ReadMail): Html {
  return html`<article>
    <h2>${subject}</h2>
    <small>${from} → ${to}</small>
    <small>${date}</small>
    <pre>${text.split(/(https?:\/\/[^\s<>"]+)/).map(linked)}</pre>
  </article>`;
}

function linked(piece: string): Html | string {
  const address = webAddress(piece);
  return address === undefined ? piece : html`<a href="${address}">${piece}</a>`;
}
