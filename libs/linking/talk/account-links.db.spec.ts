import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '#database';
import { Attempts } from '../attempts/attempts.service.js';
import { ContractsStory, lineUser } from '../testing/contracts-story.js';
import { AccountLinks } from './account-links.service.js';
import { TalkJobsModule } from './talk.module.js';

describe('The word of LINE that ends an account link', () => {
  let story: ContractsStory;

  beforeAll(async () => {
    story = await ContractsStory.start([TalkJobsModule]);
  }, 60_000);

  afterAll(() => story.app.close());

  beforeEach(() => story.reset());

  /** taro on the way to LINE's dialog. @returns the nonce that he took along */
  const handedOver = async (): Promise<string> => {
    const { app, channelId } = story;
    const attempts = app.get(Attempts);
    const lineUserId = await story.lineUserId(1);
    const given = { channelId, purpose: 'link', route: 'account_link', lineUserId, linkToken: 'token' } as const;
    const { attempt } = await attempts.begin(app.scope, given);
    const memberId = await story.memberId('taro');
    await attempts.memberProven(app.scope, attempt.id, { memberId, proof: 'hosted' });
    await attempts.consented(app.scope, attempt.id, '1');
    return (await attempts.handOver(app.scope, attempt.id)).nonce;
  };

  /** @returns the stored event that brings it */
  const word = async (nonce: string) => {
    const { app, channelId } = story;
    const body = { source: { type: 'user', userId: lineUser(1) }, replyToken: 'r', link: { result: 'ok', nonce } };
    const now = app.scope.clock.now();
    const { id } = await story.db.one<{ id: string }>(
      app.scope,
      sql`insert into webhook_events
                 (workspace_id, channel_id, webhook_event_id, type, occurred_at, received_at, body)
          values (${app.scope.workspaceId}, ${channelId}, ${nonce}, 'accountLink', ${now}, ${now},
                  ${JSON.stringify(body)}) returning id`,
    );
    return { workspaceId: app.scope.workspaceId, channelId, eventId: id };
  };

  const stands = async () => {
    const { scope } = story.app;
    const attempts = await story.db.query<{ state: string }>(scope, sql`select state from link_attempts`);
    const jobs = await story.db.query<{ job: string }>(
      scope,
      sql`select job from outbox where job like 'linking.answer%'`,
    );
    return { attempt: attempts[0]!.state, links: await story.linksOf(1), answers: jobs.length };
  };

  it('is taken whole or not at all: a worker that dies over it leaves it for the next one', async () => {
    const ref = await word(await handedOver());
    const { scope } = story.app;
    const links = story.app.get(AccountLinks);
    const dies = story.db.transaction(scope, async () => {
      await links.settle(scope, ref);
      expect(await stands()).toMatchObject({ attempt: 'linked', links: ['member taro'] });
      throw new Error('killed');
    });
    await expect(dies).rejects.toThrow('killed');
    expect(await stands()).toEqual({ attempt: 'handed_over', links: [], answers: 0 });
    await story.db.transaction(scope, () => links.settle(scope, ref));
    expect(await stands()).toEqual({ attempt: 'linked', links: ['member taro'], answers: 1 });
  });

  it('changes nothing the second time', async () => {
    const ref = await word(await handedOver());
    const { scope } = story.app;
    for (let i = 0; i < 2; i += 1) await story.app.get(AccountLinks).settle(scope, ref);
    expect(await stands()).toEqual({ attempt: 'linked', links: ['member taro'], answers: 1 });
  });

  it('that comes while a refusal stands in the way ends the attempt with the reason, and keeps the other link', async () => {
    await story.link(1, 'hana', 'member');
    const ref = await word(await handedOver());
    await story.app.get(AccountLinks).settle(story.app.scope, ref);
    expect(await stands()).toEqual({ attempt: 'failed', links: ['member hana'], answers: 1 });
  });

  it('about an event that is not stored any more is let go', async () => {
    const ref = await word(await handedOver());
    await story.db.execute(story.app.scope, sql`delete from webhook_events`);
    await story.app.get(AccountLinks).settle(story.app.scope, ref);
    expect(await stands()).toEqual({ attempt: 'handed_over', links: [], answers: 0 });
  });
});
