import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql, type Sql } from '#database';
import { sha256 } from '#kernel';
import { Attempts } from './attempts/attempts.service.js';
import { GrowingDelays } from './limits/growing-delays.service.js';
import { subjectOf } from './limits/tries.repository.js';
import { Links } from './links.service.js';
import { ContractsStory } from './testing/contracts-story.js';

describe('A member whose data are erased', () => {
  let story: ContractsStory;
  const rule = { free: 5, firstMs: 1, longestMs: 1, forgottenAfterMs: 1 };

  beforeAll(async () => {
    story = await ContractsStory.start();
  }, 60_000);

  afterAll(() => story.app.close());

  beforeEach(() => story.reset());

  /** Everything that linking keeps of a member, beside links and codes. */
  async function known(externalId: string): Promise<void> {
    const { db, channelId } = story;
    const { scope } = story.app;
    const [memberId, lineUserId] = [await story.memberId(externalId), await story.lineUserId(3)];
    const [now, hash] = [scope.clock.now(), sha256(externalId)];
    const later = new Date(now.getTime() + 3_600_000);
    const rows: [Sql, Sql][] = [
      [sql`member_logins (member_id, login_id, login_key, created_at`, sql`${externalId}, ${externalId}, ${now}`],
      [
        sql`password_resets (member_id, id, token_hash, email_hash, created_at, expires_at`,
        sql`gen_random_uuid(), ${hash}, ${hash}, ${now}, ${later}`,
      ],
      [
        sql`link_sessions (member_id, id, channel_id, return_url, state, created_at, expires_at`,
        sql`gen_random_uuid(), ${channelId}, 'https://x.example', 'made', ${now}, ${later}`,
      ],
      [
        sql`takeovers (member_id, id, channel_id, from_line_user_id, code_hash, state, created_at, expires_at`,
        sql`gen_random_uuid(), ${channelId}, ${lineUserId}, ${hash}, 'open', ${now}, ${later}`,
      ],
    ];
    for (const [columns, values] of rows)
      await db.execute(
        scope,
        sql`insert into ${columns}, workspace_id) values (${memberId}, ${values}, ${scope.workspaceId})`,
      );
    const subject = subjectOf(scope, externalId);
    await story.app.get(GrowingDelays).begin(scope, [{ kind: 'sign_in.login', subject, rule }]);
  }

  it('leaves nothing to sign in by, nothing under way, and no takeover that could bring a link back', async () => {
    const { db, channelId } = story;
    const { scope } = story.app;
    const [taro, hana] = [await story.memberId('taro'), await story.memberId('hana')];
    await known('taro');
    await known('hana');
    await story.link(3, 'taro', 'member');
    const attempts = story.app.get(Attempts);
    const { attempt } = await attempts.begin(scope, { channelId, purpose: 'link', route: 'login' });
    await attempts.lineProven(scope, attempt.id, { lineUserId: await story.lineUserId(5), friend: true });
    await attempts.memberProven(scope, attempt.id, { memberId: taro, proof: 'hosted' });
    await story.app.get(Links).endOfMember(scope, taro);
    const left = async (of: Sql) =>
      (await db.query<{ id: string }>(scope, sql`select member_id as id from ${of}`)).map(({ id }) => id);
    for (const table of [sql`member_logins`, sql`password_resets`, sql`link_sessions`])
      expect(await left(table)).toEqual([hana]);
    expect(await left(sql`takeovers where state = 'open'`)).toEqual([hana]);
    expect(await left(sql`link_attempts where ended_at is null`)).toEqual([]);
    expect(await left(sql`links where ended_at is null`)).toEqual([]);
    expect(await db.query(scope, sql`select subject from linking_tries where kind = 'sign_in.login'`)).toEqual([
      { subject: subjectOf(scope, 'hana') },
    ]);
  });
});
