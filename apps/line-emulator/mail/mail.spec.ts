import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type RunningEmulator } from '../emulator.js';
import { readEml } from './eml.js';

const eml = (lines: string[]) => Buffer.from(lines.join('\r\n'), 'utf8');
const words = (text: string) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
const plain = ['Content-Type: text/plain; charset=utf-8'];

describe('the mail page', () => {
  let mailDir: string;
  let line: RunningEmulator;

  beforeEach(async () => {
    mailDir = mkdtempSync(join(tmpdir(), 'emulator-mail-'));
    line = await startEmulator({ mailDir });
  });
  afterEach(async () => {
    await line.close();
    rmSync(mailDir, { recursive: true, force: true });
  });

  const page = async () => (await fetch(`${line.url}/mail`)).text();
  const put = (name: string, lines: string[]) => writeFileSync(join(mailDir, name), eml(lines));

  it('says that there is nothing, also while there is no folder', async () => {
    expect(await page()).toContain('まだ何も送られていません。');
    rmSync(mailDir, { recursive: true });
    expect(await page()).toContain('まだ何も送られていません。');
  });

  it('shows the latest first, with addresses to follow', async () => {
    put('01.eml', ['Subject: first', ...plain, '', 'one']);
    put('02.eml', ['Subject: second', ...plain, '', 'see https://x.example/a?b=1 now']);
    put('03.eml.new', ['Subject: half', '', '']);
    const text = await page();
    expect(text.indexOf('second')).toBeLessThan(text.indexOf('first'));
    expect(text).toContain('<a href="https://x.example/a?b=1">https://x.example/a?b=1</a> now');
    expect(text).not.toContain('half');
  });

  it('shows everything as text, whatever it holds', async () => {
    const evil = `<img src=x onerror="alert(1)">`;
    put('01.eml', [`From: ${evil}`, `To: ${evil}`, `Subject: ${evil}`, ...plain, '', evil, `javascript:alert(1)`]);
    const text = await page();
    expect(text).not.toContain('<img');
    expect(text).not.toContain('href="javascript');
  });

  it('is not there without a folder to read', async () => {
    const other = await startEmulator();
    expect((await fetch(`${other.url}/mail`)).status).toBe(404);
    await other.close();
  });
});

describe('a mail', () => {
  it.each([
    ['base64', Buffer.from('こんにちは').toString('base64')],
    ['quoted-printable', '=E3=81=93=E3=82=93=\r\n=E3=81=AB=E3=81=A1=E3=81=AF'],
    ['8bit', 'こんにちは'],
  ])('is read in %s', (encoding, body) => {
    const source = eml([`Content-Transfer-Encoding: ${encoding}`, '', body]);
    expect(readEml(source).text.trim()).toBe('こんにちは');
  });

  it('has headers in encoded words, folded or not', () => {
    const source = eml([
      `Subject: ${words('パスワード')}`,
      ` ${words('の再設定')}`,
      'From: =?UTF-8?Q?=E5=BA=97_1?= <s@x.example>',
      '',
      '',
    ]);
    expect(readEml(source)).toMatchObject({ subject: 'パスワードの再設定', from: '店 1 <s@x.example>' });
  });

  it('without a body is one without text', () => {
    expect(readEml(Buffer.from('Subject: x'))).toMatchObject({ subject: 'x', text: '' });
    expect(readEml(Buffer.alloc(0))).toMatchObject({ subject: '', text: '' });
  });
});
