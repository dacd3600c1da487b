import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LineUsers } from '#channels';
import { Database, sql } from '#database';
import { Members } from '#members';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { linkingModules, lineUser } from '../testing/linking-story.js';
import type { Attempt, NewAttempt } from './attempt.js';
import { Attempts } from './attempts.service.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const over = { code: 'linking.attempt_over' };

describe('Attempts', () => {
  let app: TestApp;
  let attempts: Attempts;
  let channelId: string;
  let people = 0;

  beforeAll(async () => {
    app = await createTestApp({ imports: linkingModules });
    attempts = app.get(Attempts);
    const body = { name: 'S', lineChannelId: '1', channelSecret: 's', accessToken: 't', verify: false };
    channelId = (await app.request('POST', '/v1/channels', { body })).body.id;
  });

  afterAll(() => app.close());

  const begin = (given: Partial<NewAttempt> = {}) =>
    attempts.begin(app.scope, { channelId, purpose: 'link', route: 'login', ...given });
  const cookieOf = (begun: { attempt: Attempt; browserSecret: string }) => `${begun.attempt.id}.${begun.browserSecret}`;
  const person = async () => {
    const userId = lineUser(++people);
    return (await app.get(LineUsers).ensure(app.scope, channelId, [userId])).get(userId)!;
  };
  const member = async () => {
    const externalId = `m${++people}`;
    return (await app.get(Members).ensure(app.scope, [externalId])).get(externalId)!;
  };
  const linksOf = (memberId: string) =>
    app.get(Database).query(app.scope, sql`select id from links where member_id = ${memberId} and ended_at is null`);
  /** Everything proven, nothing ended. */
  const ready = async (given: Partial<NewAttempt> = {}, memberId?: string) => {
    const begun = await begin(given);
    const { id } = begun.attempt;
    if (given.lineUserId === undefined) await attempts.lineProven(app.scope, id, { lineUserId: await person() });
    const proven = { memberId: memberId ?? (await member()), proof: 'hosted' as const };
    await attempts.memberProven(app.scope, id, proven);
    await attempts.consented(app.scope, id, '1');
    return { ...begun, ...proven, id };
  };
  const settled = async <T>(work: () => Promise<T>, times = 10) => {
    const results = await Promise.allSettled(Array.from({ length: times }, work));
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  };

  describe('belong to a browser', () => {
    it('by the secret in its cookie, in their channel and workspace', async () => {
      const begun = await begin();
      const cookie = cookieOf(begun);
      expect(await attempts.ofBrowser(app.scope, channelId, cookie)).toMatchObject({ id: begun.attempt.id });
      const other = await app.workspace();
      expect(await attempts.ofBrowser(other.scope, channelId, cookie)).toBeUndefined();
      expect(await attempts.ofBrowser(app.scope, crypto.randomUUID(), cookie)).toBeUndefined();
      const stranger = await begin();
      for (const wrong of [
        undefined,
        '',
        'x',
        begun.attempt.id,
        `${begun.attempt.id}.${stranger.browserSecret}`,
        `${begun.attempt.id}.`,
        `${cookie}x`,
      ]) {
        expect(await attempts.ofBrowser(app.scope, channelId, wrong)).toBeUndefined();
      }
    });

    it('that opens the ticket last, until somebody has signed in', async () => {
      const begun = await begin({ route: 'account_link', lineUserId: await person(), linkToken: 'token' });
      const first = (await attempts.open(app.scope, channelId, begun.ticket))!;
      const second = (await attempts.open(app.scope, channelId, begun.ticket))!;
      expect(await attempts.ofBrowser(app.scope, channelId, cookieOf(first))).toBeUndefined();
      expect(await attempts.ofBrowser(app.scope, channelId, cookieOf(second))).toBeDefined();
      await attempts.memberProven(app.scope, begun.attempt.id, { memberId: await member(), proof: 'hosted' });
      expect(await attempts.open(app.scope, channelId, begun.ticket)).toBeUndefined();
      expect(await attempts.ofBrowser(app.scope, channelId, cookieOf(second))).toBeDefined();
    });

    it('and not to whoever guesses a ticket, or comes too late', async () => {
      const begun = await begin();
      for (const wrong of ['', 'x', 'A'.repeat(43), begun.browserSecret]) {
        expect(await attempts.open(app.scope, channelId, wrong)).toBeUndefined();
      }
      app.scope.clock.advance(30 * MINUTE);
      expect(await attempts.open(app.scope, channelId, begun.ticket)).toBeUndefined();
    });
  });

  describe('go on step by step', () => {
    it('whose LINE side is proven once, also by ten who try at the same time', async () => {
      const { attempt } = await begin();
      const lineUserId = await person();
      const proven = await settled(() =>
        attempts.lineProven(app.scope, attempt.id, { lineUserId, displayName: '花子' }),
      );
      expect(proven).toMatchObject([{ lineUserId, lineDisplayName: '花子' }]);
    });

    it('whose member is the last one who signs in, until there is a consent', async () => {
      const { attempt } = await begin({ lineUserId: await person() });
      const [first, second] = [await member(), await member()];
      await attempts.memberProven(app.scope, attempt.id, { memberId: first, proof: 'hosted' });
      await attempts.memberProven(app.scope, attempt.id, { memberId: second, proof: 'company' });
      expect(await attempts.consented(app.scope, attempt.id, '1')).toMatchObject({
        memberId: second,
        proof: 'company',
      });
      await expect(
        attempts.memberProven(app.scope, attempt.id, { memberId: first, proof: 'hosted' }),
      ).rejects.toMatchObject(over);
    });

    it('and need both sides for a consent, and a consent for the end', async () => {
      const { attempt } = await begin();
      await expect(attempts.consented(app.scope, attempt.id, '1')).rejects.toMatchObject(over);
      await attempts.lineProven(app.scope, attempt.id, { lineUserId: await person() });
      await expect(attempts.consented(app.scope, attempt.id, '1')).rejects.toMatchObject(over);
      await attempts.memberProven(app.scope, attempt.id, { memberId: await member(), proof: 'api' });
      await expect(attempts.complete(app.scope, attempt.id)).rejects.toMatchObject(over);
    });

    it('to LINE’s dialog with a nonce, once, and back by it, once', async () => {
      const { id } = await ready({ route: 'account_link', lineUserId: await person(), linkToken: 'the-token' });
      const handed = await settled(() => attempts.handOver(app.scope, id));
      expect(handed).toEqual([{ nonce: expect.stringMatching(/^[\w-]{43}$/), linkToken: 'the-token' }]);
      const { nonce } = handed[0]!;
      expect(await attempts.takeNonce(app.scope, crypto.randomUUID(), nonce)).toBeUndefined();
      expect(await attempts.takeNonce(app.scope, channelId, `${nonce}x`)).toBeUndefined();
      const taken = await settled(() => attempts.takeNonce(app.scope, channelId, nonce));
      expect(taken.filter((one) => one !== undefined)).toMatchObject([{ id, state: 'handed_over' }]);
    });

    it('and no nonce is taken after the time is over, or after the person has stopped', async () => {
      const linkToken = 'token';
      const late = await ready({ route: 'account_link', lineUserId: await person(), linkToken });
      const stopped = await ready({ route: 'account_link', lineUserId: await person(), linkToken });
      const [lateNonce, stoppedNonce] = [
        (await attempts.handOver(app.scope, late.id)).nonce,
        (await attempts.handOver(app.scope, stopped.id)).nonce,
      ];
      await attempts.cancel(app.scope, stopped.id);
      expect(await attempts.takeNonce(app.scope, channelId, stoppedNonce)).toBeUndefined();
      app.scope.clock.advance(10 * MINUTE);
      expect(await attempts.takeNonce(app.scope, channelId, lateNonce)).toBeUndefined();
    });
  });

  describe('end', () => {
    it('with one link, though ten complete them at the same time', async () => {
      const { id, memberId } = await ready();
      const ends = await settled(() => attempts.complete(app.scope, id));
      const links = await linksOf(memberId);
      expect(links).toHaveLength(1);
      expect(ends).toHaveLength(10);
      expect(new Set(ends.map(({ state, linkId }) => `${state} ${linkId}`)).size).toBe(1);
      expect(ends[0]).toMatchObject({ state: 'linked', linkId: (links[0] as { id: string }).id });
    });

    it('as done where the link was there, and as failed where it is refused, which they remember', async () => {
      const [lineUserId, memberId] = [await person(), await member()];
      const again = { route: 'account_link', lineUserId, linkToken: 't' } as const;
      const first = await attempts.complete(app.scope, (await ready(again, memberId)).id);
      const second = await attempts.complete(app.scope, (await ready(again, memberId)).id);
      expect([first, second]).toMatchObject([{ state: 'linked' }, { state: 'done', linkId: first.linkId }]);
      const rival = await ready(again);
      const third = await attempts.complete(app.scope, rival.id);
      expect(third).toMatchObject({ state: 'failed', failure: 'linking.line_user_taken' });
      expect(await linksOf(rival.memberId)).toEqual([]);
    });

    it('without a link where they are not for one', async () => {
      const { attempt } = await begin({ purpose: 'unlink', lineUserId: await person() });
      expect(await attempts.complete(app.scope, attempt.id)).toMatchObject({ state: 'done', linkId: undefined });
    });

    it('with the transaction around them, whole or not at all', async () => {
      const { id, memberId } = await ready();
      const crash = app.get(Database).transaction(app.scope, async () => {
        await attempts.complete(app.scope, id);
        throw new Error('killed');
      });
      await expect(crash).rejects.toThrow('killed');
      expect(await linksOf(memberId)).toEqual([]);
      expect(await attempts.complete(app.scope, id)).toMatchObject({ state: 'linked' });
    });

    it('once: what comes later changes nothing', async () => {
      const { id } = await ready();
      await attempts.cancel(app.scope, id);
      await attempts.fail(app.scope, id, 'linking.late');
      await expect(attempts.complete(app.scope, id)).rejects.toMatchObject(over);
      const [row] = await app
        .get(Database)
        .query<{ state: string; failure: string | null }>(
          app.scope,
          sql`select state, failure from link_attempts where id = ${id}`,
        );
      expect(row).toEqual({ state: 'cancelled', failure: null });
    });

    it('and keep nothing secret and no name', async () => {
      const given = { route: 'account_link', lineUserId: await person(), linkToken: 't', displayName: '花子' } as const;
      const { id } = await ready(given);
      await attempts.handOver(app.scope, id);
      await attempts.complete(app.scope, id);
      const [row] = await app.get(Database).query<Record<string, unknown>>(
        app.scope,
        sql`select ticket_hash, link_token, login_state_hash, login_nonce, code_verifier, nonce_hash,
                     line_display_name, login_tokens from link_attempts where id = ${id}`,
      );
      expect(Object.values(row!)).toEqual(Array.from({ length: 8 }, () => null));
    });
  });

  describe('run out of time', () => {
    it('by themselves, and are deleted after a month', async () => {
      const begun = await begin();
      const { id } = begun.attempt;
      app.scope.clock.advance(29 * MINUTE);
      expect(await attempts.ofBrowser(app.scope, channelId, cookieOf(begun))).toMatchObject({ state: 'open' });
      app.scope.clock.advance(MINUTE);
      expect(await attempts.ofBrowser(app.scope, channelId, cookieOf(begun))).toMatchObject({ state: 'expired' });
      await expect(attempts.lineProven(app.scope, id, { lineUserId: await person() })).rejects.toMatchObject(over);
      await expect(attempts.complete(app.scope, id)).rejects.toMatchObject(over);
      const stored = () =>
        app.get(Database).query<{ state: string }>(app.scope, sql`select state from link_attempts where id = ${id}`);
      await tidy();
      expect(await stored()).toEqual([{ state: 'expired' }]);
      app.scope.clock.advance(30 * DAY - MINUTE);
      await tidy();
      expect(await stored()).toHaveLength(1);
      app.scope.clock.advance(2 * MINUTE);
      await tidy();
      expect(await stored()).toEqual([]);
    });

    it('an account link after ten minutes, as LINE’s token does', async () => {
      const begun = await begin({ route: 'account_link', lineUserId: await person(), linkToken: 't' });
      app.scope.clock.advance(10 * MINUTE);
      expect(await attempts.ofBrowser(app.scope, channelId, cookieOf(begun))).toMatchObject({ state: 'expired' });
    });
  });

  /** Plans the schedule, lets its time come, and runs it. */
  async function tidy(): Promise<void> {
    await drainJobs(app.nest, { schedules: true });
    app.scope.clock.advance(30_000);
    await drainJobs(app.nest, { schedules: true });
  }
});
