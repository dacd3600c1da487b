import { argon2Sync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Passwords } from './passwords.js';

describe('passwords', () => {
  const passwords = new Passwords();

  it('are recognised, and no others are', async () => {
    const stored = await passwords.hash('correct horse battery');
    expect(await passwords.verify('correct horse battery', stored)).toBe(true);
    for (const other of ['correct horse batter', 'Correct horse battery', '', 'x'.repeat(256)])
      expect(await passwords.verify(other, stored)).toBe(false);
  });

  it('are stored with the least work that OWASP advises, and a salt of their own', async () => {
    const stored = await Promise.all([passwords.hash('the same password'), passwords.hash('the same password')]);
    for (const one of stored) expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(stored[0]).not.toBe(stored[1]);
  });

  it('are still recognised where they were stored with other work, and are due for a new hash', async () => {
    const salt = Buffer.alloc(16, 7);
    const parameters = {
      message: 'an older password',
      nonce: salt,
      memory: 8192,
      passes: 1,
      parallelism: 1,
      tagLength: 32,
    };
    const text = (bytes: Buffer) => bytes.toString('base64').replace(/=/g, '');
    const stored = `$argon2id$v=19$m=8192,t=1,p=1$${text(salt)}$${text(argon2Sync('argon2id', parameters))}`;
    expect(await passwords.verify('an older password', stored)).toBe(true);
    expect(await passwords.verify('another password', stored)).toBe(false);
    expect(passwords.isOutdated(stored)).toBe(true);
    expect(passwords.isOutdated(await passwords.hash('an older password'))).toBe(false);
  });

  it('are the same however a keyboard composes them', async () => {
    const stored = await passwords.hash('パスワード が ながい é');
    expect(await passwords.verify('パスワード が ながい é'.normalize('NFD'), stored)).toBe(true);
  });

  it('that were hashed elsewhere are taken over if that was as much work, neither less nor more', async () => {
    const stored = await passwords.hash('correct horse battery');
    expect(passwords.fits(stored)).toBe(true);
    const others = ['m=19455', 'm=19457', 'm=1999999999'].map((m) => stored.replace('m=19456', m));
    for (const other of [...others, stored.replace('t=2', 't=3'), stored.replace('p=1', 'p=9')])
      expect([other, passwords.fits(other)]).toEqual([other, false]);
    const salt = '$argon2id$v=19$m=19456,t=2,p=1$';
    for (const other of ['', 'x', `${salt}AA$AA`, stored.slice(0, -1), `${stored}A`, stored.replace('id$', 'i$')])
      expect([other, passwords.fits(other)]).toEqual([other, false]);
  });

  it('are never right for nobody', async () => {
    expect(await passwords.verify('anything at all', undefined)).toBe(false);
  });

  it('are refused in a flood, before it eats the memory', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.verify('x', undefined)));
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused).toHaveLength(18);
    expect(refused[0]!.reason).toMatchObject({ code: 'workspaces.passwords_busy', status: 503 });
  }, 30_000);
});
