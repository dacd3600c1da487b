import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { LimitsModule } from './limits.module.js';
import { StartLimits } from './start-limits.service.js';
import { TriesRepository } from './tries.repository.js';

const CHANNEL = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90';
const MINUTE = 60_000;

describe('Starts of attempts', () => {
  let app: TestApp;
  let other: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ imports: [LimitsModule] });
    const { databaseUrl } = app.config;
    other = await createTestApp({ imports: [LimitsModule], clock: app.scope.clock, config: { databaseUrl } });
  }, 60_000);

  afterAll(async () => {
    await other.close();
    await app.close();
  });

  /** So many at once, by turns in two processes. @returns how many were let in */
  async function starts(count: number, ip: (n: number) => string, of = app): Promise<number> {
    const outcomes = await Promise.allSettled(
      Array.from({ length: count }, (_, n) => [app, other][n % 2]!.get(StartLimits).take(of.scope, CHANNEL, ip(n))),
    );
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'linking.too_many_starts' });
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }

  it('are sixty a minute from one network, whichever processes are asked', async () => {
    expect(await starts(80, () => '203.0.113.7')).toBe(60);
    expect(await starts(2, () => '203.0.113.8')).toBe(2);
    app.scope.clock.advance(MINUTE - 1);
    expect(await starts(1, () => '203.0.113.7')).toBe(0);
    app.scope.clock.advance(1);
    expect(await starts(62, () => '203.0.113.7')).toBe(60);
  });

  it('are counted by the network of an IPv6 address, and by workspace', async () => {
    expect(await starts(70, (n) => `2001:db8:1:2::${n.toString(16)}`)).toBe(60);
    expect(await starts(1, () => '2001:db8:1:3::1')).toBe(1);
    const stranger = await app.workspace();
    await app.get(StartLimits).take(stranger.scope, CHANNEL, '2001:db8:1:2::1');
  });

  it('are forgotten when they are old', async () => {
    const tries = app.get(TriesRepository);
    await starts(3, (n) => `198.51.100.${n}`);
    app.scope.clock.advance(2 * MINUTE);
    const before = new Date(app.scope.clock.now().getTime() - MINUTE);
    expect(await tries.old(null, before)).toContain(app.scope.workspaceId);
    await tries.deleteOld(app.scope, before, 1_000);
    expect(await tries.old(null, before)).not.toContain(app.scope.workspaceId);
  });
});
