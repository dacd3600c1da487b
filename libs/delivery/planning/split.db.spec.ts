import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { DeliveryJobsModule } from '../delivery.module.js';
import { Outcomes } from '../outcomes.service.js';
import { countOf, DeliveryStage, HELLO, PeopleModule } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';

describe('a send that is split', () => {
  let line: EmulatedLine;
  let app: TestApp;

  beforeAll(async () => {
    line = await EmulatedLine.start();
    app = await createTestApp({
      imports: [DeliveryJobsModule, PeopleModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 2_000 },
    });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  const open = (friends: number) => DeliveryStage.open(app, line, friends);
  const says = (text: string) => [{ type: 'text', text }];

  it('keeps a share of the people from getting anything', async () => {
    const stage = await open(2_000);
    const id = await stage.planned(HELLO, { split: { holdoutPercent: 10 } });
    const { planned, skipped } = await stage.totals(id);
    expect(skipped.holdout).toBeGreaterThan(140);
    expect(skipped.holdout).toBeLessThan(260);
    expect(planned).toBe(2_000 - skipped.holdout!);
    await stage.drainToTheEnd(id);
    expect((await line.received()).size).toBe(planned);
    expect(await stage.totals(id)).toEqual(countOf(await stage.outcomes(id)));
  });

  it('gives each person one variant, by their weights', async () => {
    const stage = await open(2_000);
    const split = {
      share: 2,
      variants: [
        { messages: says('b'), unit: null, share: 1 },
        { messages: says('c'), unit: null, share: 1 },
      ],
    };
    const id = await stage.planned(says('a'), { split });
    const shares = (await app.get(Outcomes).totalsByVariant(stage.scope, id)).map(({ audience }) => audience);
    expect(shares.reduce((sum, n) => sum + n, 0)).toBe(2_000);
    [1_000, 500, 500].forEach((fair, i) => expect(Math.abs(shares[i]! - fair)).toBeLessThan(100));
    await stage.drainToTheEnd(id);
    const texts = ['a', 'b', 'c'];
    for (const outcome of (await stage.outcomes(id)).slice(0, 30))
      expect(await line.textsOf(outcome.lineUserId!)).toEqual([texts[outcome.variant]!]);
  });

  it('holds the rest until it is released, and then sends it the variant that won', async () => {
    const stage = await open(1_000);
    const split = { firstPercent: 20, variants: [{ messages: says('b'), unit: null, share: 1 }] };
    const id = await stage.planned(says('a'), { split });
    await stage.drain();
    const first = await stage.totals(id);
    expect(first.accepted).toBeGreaterThan(140);
    expect(first.accepted).toBeLessThan(260);
    expect(first).toMatchObject({ audience: 1_000, planned: 1_000 - first.accepted });
    expect(await stage.state(id)).toBe('sending');
    const held = (await stage.outcomes(id)).filter((outcome) => outcome.held);
    expect(held).toHaveLength(first.planned);

    expect(await stage.sends.release(stage.scope, id, 1)).toBe(true);
    expect(await stage.sends.release(stage.scope, id, 0)).toBe(false);
    await stage.drainToTheEnd(id);
    expect(await stage.totals(id)).toMatchObject({ accepted: 1_000, planned: 0 });
    expect(await line.textsOf(held[0]!.lineUserId!)).toEqual(['b']);
    const byVariant = await app.get(Outcomes).totalsByVariant(stage.scope, id);
    expect(byVariant.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(first.accepted);
    expect([...(await line.received()).values()].every((times) => times === 1)).toBe(true);
  });

  it('gives everybody a reason when it is cancelled while a rest is held', async () => {
    const stage = await open(200);
    const id = await stage.planned(HELLO, { split: { firstPercent: 30 } });
    await stage.drain();
    const { accepted } = await stage.totals(id);
    await stage.sends.cancel(stage.scope, id);
    expect(await stage.totals(id)).toMatchObject({ planned: 0, accepted, skipped: { cancelled: 200 - accepted } });
    expect((await stage.sends.get(stage.scope, id)).endedAt).not.toBeNull();
    expect(await stage.sends.release(stage.scope, id)).toBe(false);
  });

  it('reaches at most so many, in the order that was asked for', async () => {
    const stage = await open(50);
    const [blocked, , ...others] = stage.people;
    await stage.peopleTable.setFriend(stage.scope, blocked!.userId, 'blocked');
    for (const [i, { memberId }] of others.entries())
      await stage.peopleTable.setPurchaseTotal(stage.scope, memberId, (i + 1) * 100);
    await stage.peopleTable.setPurchaseTotal(stage.scope, blocked!.memberId, 1_000_000);
    const id = await stage.planned(HELLO, { most: { people: 10, order: 'highest-total' } });
    expect(await stage.totals(id)).toMatchObject({ planned: 10, skipped: { blocked: 1, quota: 39 } });
    const chosen = (await stage.outcomes(id, { state: 'planned' })).map(({ memberId }) => memberId);
    expect(chosen).toEqual(others.slice(-10).map(({ memberId }) => memberId));
  });

  it('tells how those took it who were sent to', async () => {
    const stage = await open(10);
    const [before, since] = stage.people;
    const id = await stage.planned(HELLO);
    await stage.peopleTable.setFriend(stage.scope, before!.userId, 'blocked');
    await stage.drainToTheEnd(id);
    await stage.peopleTable.setFriend(stage.scope, since!.userId, 'blocked');
    const reaction = await app.get(Outcomes).reaction(stage.scope, id);
    expect(reaction).toEqual({ accepted: 9, rejected: 0, blockedSince: 1 });
  });
});
