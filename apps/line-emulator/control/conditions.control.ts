import { faultKinds } from '../faults/faults.js';
import type { FaultOrder } from '../faults/faults.js';
import type { Platform } from '../platform.js';
import type { Settings } from '../settings.js';
import type { Declare } from './declare.js';
import { Given, mistake } from './given.js';

/** The circumstances: time, settings, faults, a fresh start. */
export function controlConditions(declare: Declare, platform: Platform): void {
  const time = () => {
    const { offsetMs, frozenAt } = platform.clock.state();
    return { now: platform.clock.nowMs(), offsetMs, frozen: frozenAt !== null };
  };
  declare('GET /clock', time);
  declare('POST /clock', ({ body }) => {
    setClock(platform, new Given(body));
    return time();
  });
  declare('GET /settings', () => platform.settings);
  declare('PATCH /settings', ({ body }) => {
    platform.changeSettings(settingsOf(new Given(body)));
    return platform.settings;
  });
  declare('POST /faults', ({ body }) => platform.faults.add(faultOf(new Given(body))), 201);
  declare('GET /faults', () => ({ faults: platform.faults.list() }));
  declare('DELETE /faults', () => {
    platform.faults.clear();
    return {};
  });
  declare('DELETE /faults/:faultId', ({ params }) => {
    platform.faults.clear(new Given(params).optionalWhole('faultId'));
    return {};
  });
  declare('POST /reset', ({ body }) => {
    platform.reset(new Given(body).optionalOneOf('keep', ['accounts'] as const) === 'accounts');
    return {};
  });
}

function setClock(platform: Platform, given: Given): void {
  const at = given.has('set') ? instantOf(given.raw('set')) : undefined;
  const advanceMs = given.optionalNumber('advanceMs');
  const frozen = given.optionalBoolean('frozen');
  platform.changeClock((clock) => {
    if (given.optionalBoolean('reset')) clock.reset();
    if (at !== undefined) clock.set(at);
    if (advanceMs !== undefined) clock.advance(advanceMs);
    if (frozen !== undefined) clock.freeze(frozen);
  });
}

function instantOf(value: unknown): number {
  const at = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof at !== 'number' || !Number.isFinite(at)) throw mistake('set must be milliseconds or an RFC 3339 instant');
  return at;
}

function settingsOf(given: Given): Partial<Settings> {
  const unknownIds = given.optionalOneOf('unknownIds', ['skip', 'refuse'] as const);
  const rateLimits = given.optionalBoolean('rateLimits');
  const rateTolerance = given.optionalNumber('rateTolerance');
  const bulkLagMs = given.optionalNumber('bulkLagMs');
  const batchFailShare = given.optionalNumber('batchFailShare');
  return {
    ...(unknownIds === undefined ? {} : { unknownIds }),
    ...(rateLimits === undefined ? {} : { rateLimits }),
    ...(rateTolerance === undefined ? {} : { rateTolerance: Math.min(rateTolerance, 1) }),
    ...(bulkLagMs === undefined ? {} : { bulkLagMs }),
    ...(batchFailShare === undefined ? {} : { batchFailShare: Math.min(batchFailShare, 1) }),
  };
}

function faultOf(given: Given): FaultOrder {
  const kind = given.optionalOneOf('kind', faultKinds);
  if (kind === undefined) throw mistake('kind is missing');
  return {
    kind,
    endpoint: given.optionalText('endpoint'),
    channelId: given.optionalText('channelId'),
    times: given.optionalWhole('times', 1),
    probability: given.optionalNumber('probability'),
    seed: given.optionalWhole('seed'),
    ms: given.optionalNumber('ms'),
    userId: given.optionalText('userId'),
    message: given.optionalText('message'),
  };
}
