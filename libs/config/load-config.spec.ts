import { describe, expect, it } from '@jest/globals';
import { environmentExample } from './environment-example.js';
import { loadConfig } from './load-config.js';

const required = {
  DATABASE_URL: 'postgres://app:x@localhost/tsunagi',
  ADMIN_KEY: 'a'.repeat(32),
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
};

describe('loadConfig', () => {
  it('needs the database and the two secrets and has defaults for the rest', () => {
    const config = loadConfig(required);
    expect(config).toMatchObject({ port: 3000, databasePoolSize: 40, lineApiBaseUrl: 'https://api.line.me' });
    expect(config.queueUrl).toBeUndefined();
  });

  it('reads numbers', () => {
    expect(loadConfig({ ...required, PORT: '8080', RATE_LIMIT_PER_MINUTE: '0' })).toMatchObject({
      port: 8080,
      rateLimitPerMinute: 0,
    });
  });

  it('asks whom mail is from once there is a server to send it', () => {
    const SMTP_URL = 'smtp://mail.example:587';
    expect(() => loadConfig({ ...required, SMTP_URL })).toThrow('MAIL_FROM is missing beside SMTP_URL');
    const MAIL_FROM = 'さくら商店 <post@shop.example>';
    expect(loadConfig({ ...required, SMTP_URL, MAIL_FROM })).toMatchObject({ smtpUrl: SMTP_URL, mailFrom: MAIL_FROM });
    for (const wrong of ['post', 'a@b@c', 'x <a@b> y', 'a@b\r\nBcc: c@d'])
      expect(() => loadConfig({ ...required, SMTP_URL, MAIL_FROM: wrong })).toThrow('MAIL_FROM must be');
  });

  it('drops slashes at the end of what other addresses begin with', () => {
    const given = { PUBLIC_URL: 'https://shop.example/line//', LINE_LOGIN_BASE_URL: 'https://access.line.me/' };
    expect(loadConfig({ ...required, ...given })).toMatchObject({
      publicUrl: 'https://shop.example/line',
      lineLoginBaseUrl: 'https://access.line.me',
    });
  });

  it('takes an empty variable for an unset one', () => {
    expect(loadConfig({ ...required, PORT: '', QUEUE_URL: '' }).port).toBe(3000);
  });

  it('names every variable that is missing or wrong in one sentence, without its value', () => {
    const bad = {
      ADMIN_KEY: 'short',
      ENCRYPTION_KEYS: 'k1:nope',
      PORT: '99999',
      PUBLIC_URL: 'ftp://x',
      LOG_LEVEL: 'loud',
    };
    const message =
      /^The environment is not complete: DATABASE_URL is missing; PORT must .*PUBLIC_URL .*ADMIN_KEY .*ENCRYPTION_KEYS .*LOG_LEVEL [^\n]*\.$/;
    expect(() => loadConfig(bad)).toThrow(message);
    expect(() => loadConfig(bad)).not.toThrow(/short|nope|99999|loud$/);
  });

  it('takes several encryption keys', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    expect(loadConfig({ ...required, ENCRYPTION_KEYS: `k2:${key},k1:${key}` }).encryptionKeys).toContain('k2');
  });

  it('can be filled in from the generated example', () => {
    const example = environmentExample();
    expect(example).toContain('\nADMIN_KEY=\n');
    expect(example).toContain('\n# PORT=3000\n');
    const lines = example.split('\n').filter((line) => /^(# )?[A-Z_]+=/.test(line));
    const env = Object.fromEntries(lines.map((line) => line.replace('# ', '').split('=', 2) as [string, string]));
    expect(loadConfig({ ...env, ...required, DATABASE_OWNER_URL: required.DATABASE_URL }).host).toBe('127.0.0.1');
  });
});
