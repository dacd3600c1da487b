import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, type TestApp } from '#testing';
import { Audit } from './audit.js';

describe('Audit', () => {
  let app: TestApp;
  let audit: Audit;
  let db: Database;

  beforeAll(async () => {
    app = await createTestApp();
    audit = app.get(Audit);
    db = app.get(Database);
  });

  afterAll(() => app.close());

  const entries = (subject: string) =>
    db.query<{ details: object }>(app.scope, sql`select details from audit_entries where subject = ${subject}`);

  it('masks what is called like a secret, at any depth', async () => {
    const details = {
      name: 'n',
      login: { channelSecret: 's', channelId: 'c' },
      accessToken: 't',
      keys: [{ key: 'k' }],
      password: null,
    };
    await audit.record(app.scope, 'x.done', 'masking', details);
    expect(await entries('masking')).toEqual([
      {
        details: {
          name: 'n',
          login: { channelSecret: '•••', channelId: 'c' },
          accessToken: '•••',
          keys: [{ key: '•••' }],
          password: null,
        },
      },
    ]);
  });

  it('forgets what was rolled back with its cause', async () => {
    const work = db.transaction(app.scope, async () => {
      await audit.record(app.scope, 'x.done', 'rolled-back');
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await entries('rolled-back')).toEqual([]);
  });

  it('can neither be changed nor cut by the application', async () => {
    for (const statement of [sql`update audit_entries set action = 'x'`, sql`delete from audit_entries`]) {
      await expect(db.execute(app.scope, statement)).rejects.toThrow('permission denied');
    }
  });

  it('shows a workspace its own entries only', async () => {
    const other = await app.workspace();
    await audit.record(other.scope, 'x.done', 'foreign');
    expect(await entries('foreign')).toEqual([]);
  });
});
