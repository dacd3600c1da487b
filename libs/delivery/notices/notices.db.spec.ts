import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Channels, LineUsers } from '#channels';
import { Database, sql } from '#database';
import { Jobs } from '#jobs';
import { newId } from '#kernel';
import {
  LinkingModule,
  LinkPages,
  Links,
  takenOver,
  takeoverUndone,
  unlinked,
  type EndReason,
  type LinkRef,
} from '#linking';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { DeliveryJobsModule } from '../delivery.module.js';
import { DeliveryStage, PeopleModule } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';

describe('Notices', () => {
  let line: EmulatedLine;
  let app: TestApp;
  let stage: DeliveryStage;

  beforeAll(async () => {
    line = await EmulatedLine.start();
    app = await createTestApp({
      imports: [DeliveryJobsModule, LinkingModule, PeopleModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 2_000 },
    });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  async function open(friends: number): Promise<void> {
    stage = await DeliveryStage.open(app, line, friends);
    await app.get(LinkPages).change(stage.scope, stage.channelId, { enabled: true });
  }

  const lineUserId = async (n: number) => {
    const { userId } = stage.people[n]!;
    return (await app.get(LineUsers).ensure(stage.scope, stage.channelId, [userId])).get(userId)!;
  };
  const texts = (n: number) => line.textsOf(stage.people[n]!.userId);

  async function unlink(n: number, reason: EndReason): Promise<void> {
    const [link] = await app.get(Links).liveOfMember(stage.scope, stage.people[n]!.memberId);
    await app.get(Links).end(stage.scope, link!.id, reason);
    await drainJobs(app.nest);
  }

  async function takeover() {
    const [from, to] = [await lineUserId(0), await lineUserId(1)];
    const { channelId, scope, people } = stage;
    return {
      ...{ workspaceId: scope.workspaceId, channelId, takeoverId: newId(), memberId: people[0]!.memberId },
      ...{ fromLineUserId: from, toLineUserId: to },
    };
  }

  it.each(['unlinked', 'unlinked_on_page', 'erased'] as const)('tell a friend once who was %s', async (reason) => {
    await open(2);
    await unlink(0, reason);
    await drainJobs(app.nest);
    expect([await texts(0), await texts(1)]).toEqual([['会員連携を解除しました。'], []]);
  });

  it('tell nobody in the talk what was said there already', async () => {
    await open(1);
    await unlink(0, 'unlinked_in_talk');
    expect(await texts(0)).toEqual([]);
  });

  it('tell nobody where linking is switched off: their links are another system’s', async () => {
    await open(1);
    await app.get(LinkPages).change(stage.scope, stage.channelId, { enabled: false });
    await unlink(0, 'unlinked');
    expect(await texts(0)).toEqual([]);
  });

  it('tell nobody who is no friend', async () => {
    await open(2);
    await stage.peopleTable.setFriend(stage.scope, stage.people[0]!.userId, 'blocked');
    await unlink(0, 'unlinked');
    expect(await texts(0)).toEqual([]);
    const [send] = await app
      .get(Database)
      .query<{ id: string }>(
        stage.scope,
        sql`select id, origin_kind, class, state from sends order by id desc limit 1`,
      );
    expect(send).toMatchObject({ origin_kind: 'notice', class: 'transactional', state: 'sent' });
    expect(await stage.totals(send!.id)).toMatchObject({ audience: 1, skipped: { blocked: 1 } });
  });

  it('tell both sides of a takeover, and not that they are unlinked', async () => {
    await open(2);
    const ref = await takeover();
    const { workspaceId, channelId, takeoverId, memberId, fromLineUserId } = ref;
    const links: LinkRef[] = [{ linkId: '1', memberId, lineUserId: fromLineUserId, role: 'member', route: 'import' }];
    const ended = { workspaceId, channelId, takeoverId, links, reason: 'taken_over' as const };
    await app.get(Jobs).announce(stage.scope, unlinked, ended);
    await app.get(Jobs).announce(stage.scope, takenOver, ref);
    await drainJobs(app.nest);
    expect(await texts(0)).toEqual([expect.stringContaining('別のLINEアカウントに引き継がれました')]);
    expect(await texts(1)).toEqual(['会員連携を、このLINEアカウントに引き継ぎました。']);
  });

  it('tell both sides that a takeover was undone', async () => {
    await open(2);
    await app.get(Jobs).announce(stage.scope, takeoverUndone, await takeover());
    await drainJobs(app.nest);
    expect([await texts(0), await texts(1)]).toEqual([
      ['会員連携を、このLINEアカウントに戻しました。'],
      [expect.stringContaining('元のLINEアカウントに戻されました')],
    ]);
  });

  it('reach the person once also where LINE drops its answer', async () => {
    await open(1);
    await line.fault({ kind: 'accepted-then-dropped', endpoint: 'multicast', times: 1 });
    await unlink(0, 'unlinked');
    for (let n = 0; n < 5; n++) {
      stage.scope.clock.advance(60_000);
      await stage.drain();
    }
    await line.clearFaults();
    expect(await texts(0)).toEqual(['会員連携を解除しました。']);
  }, 30_000);

  it('are given up where the channel is gone', async () => {
    await open(2);
    const ref = await takeover();
    await app.get(Channels).delete(stage.scope, stage.channelId);
    await app.get(Jobs).announce(stage.scope, takenOver, ref);
    await drainJobs(app.nest);
    expect(await texts(0)).toEqual([]);
  });
});
