import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Config } from '#config';
import { VirtualClock } from '#kernel';
import { Mailer } from './mailer.js';
import { PostOffice } from './testing/post-office.js';

const clock = new VirtualClock('2026-04-15T12:00:00+09:00');
const letter = {
  to: 'hanako@shop.example',
  subject: 'パスワードの再設定',
  text: 'こんにちは。\n\nhttps://x.example/a?b=c\n',
};

describe('a mail', () => {
  let office: PostOffice;
  let dataDir: string;

  const mailer = (given: Partial<Config>) =>
    new Mailer(Object.assign(new Config(), { dataDir, mailFrom: 'Shop <post@shop.example>', ...given }), clock);

  beforeEach(async () => {
    office = await PostOffice.open();
    dataDir = mkdtempSync(join(tmpdir(), 'tsunagi-mail-'));
  });
  afterEach(async () => {
    jest.useRealTimers();
    await office.close();
    rmSync(dataDir, { recursive: true });
  });

  it('is handed to the server with sender, subject, text and the time of the clock', async () => {
    await mailer({ smtpUrl: office.url }).send(letter);
    expect(office.taken).toMatchObject([{ from: 'post@shop.example', to: ['hanako@shop.example'] }]);
    const { data } = office.taken[0]!;
    expect(data).toMatch(/^From: Shop <post@shop\.example>\r$/m);
    expect(data).toMatch(/^To: hanako@shop\.example\r$/m);
    expect(data).toMatch(/^Date: Wed, 15 Apr 2026 03:00:00 \+0000\r$/m);
    expect(data).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(decoded(data)).toContain('こんにちは。');
    expect(decoded(data)).toContain('https://x.example/a?b=c');
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it.each(['a,b@shop.example', 'x<y@shop.example', '"quoted"@shop.example'])(
    'goes to one person, whatever the address looks like: %s',
    async (to) => {
      await mailer({ smtpUrl: office.url }).send({ ...letter, to });
      expect(office.taken.map((mail) => mail.to.length)).toEqual([1]);
      expect(office.taken[0]!.to[0]).toMatch(/@shop\.example$/);
    },
  );

  it('has the headers we gave it and no others', async () => {
    await mailer({ smtpUrl: office.url }).send({ ...letter, subject: 'x\r\nBcc: evil@x.example\r\n\r\nbody' });
    expect(office.taken[0]!.to).toEqual(['hanako@shop.example']);
    expect(office.taken[0]!.data).not.toMatch(/^Bcc:/m);
  });

  it('that the server refuses for its address is refused for good, without a word of the address', async () => {
    office.moods.set('RCPT', '550 5.1.1 <hanako@shop.example> no such user');
    const thrown = await failureOf(mailer({ smtpUrl: office.url }).send(letter));
    expect(thrown).toMatchObject({ name: 'AppError', code: 'mail.refused' });
    expect(everythingOf(thrown)).not.toMatch(/hanako/);
  });

  it.each([
    ['RCPT', '450 4.2.1 <hanako@shop.example> try later'],
    ['MAIL', '553 <post@shop.example> not yours'],
    ['DATA', '554 no'],
  ])('that is refused at %s with %s may be tried again', async (verb, answer) => {
    office.moods.set(verb, answer);
    const thrown = await failureOf(mailer({ smtpUrl: office.url }).send(letter));
    expect(thrown.name).toBe('Error');
    expect(everythingOf(thrown)).not.toMatch(/hanako|post@/);
  });

  it('is not waited for longer than 20 seconds', async () => {
    office.moods.set('DATA', 'hang');
    const asked = new Promise<void>((heard) => {
      const get = office.moods.get.bind(office.moods);
      office.moods.get = (verb) => {
        if (verb === 'DATA') heard();
        return get(verb);
      };
    });
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    const failure = failureOf(mailer({ smtpUrl: office.url }).send(letter));
    await asked;
    jest.advanceTimersByTime(20_000);
    expect(everythingOf(await failure)).not.toMatch(/hanako/);
  });

  it('becomes a file where there is no server, for its owner only', async () => {
    await mailer({}).send(letter);
    const [name, ...more] = readdirSync(join(dataDir, 'mail'));
    expect([name, more]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}\.eml$/), []]);
    const path = join(dataDir, 'mail', name!);
    expect(statSync(path).mode & 0o077).toBe(0);
    const data = readFileSync(path, 'utf8');
    expect(data).toMatch(/^To: hanako@shop\.example\r$/m);
    expect(decoded(data)).toContain('こんにちは。');
  });
});

async function failureOf(work: Promise<void>): Promise<Error> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Error)) throw new Error('It did not fail.');
  return thrown;
}

function everythingOf(error: Error): string {
  return [error.message, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
}

/** The text of a mail, by its own word on how it is encoded. */
function decoded(data: string): string {
  const [head, body] = [data.slice(0, data.indexOf('\r\n\r\n')), data.slice(data.indexOf('\r\n\r\n') + 4)];
  if (/^Content-Transfer-Encoding: base64\r?$/im.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => `%${hex}`);
  return decodeURIComponent(bytes.replace(/%(?![0-9A-F]{2})/g, '%25'));
}
