import { newId, VirtualClock, type Scope } from '#kernel';

/** A workspace's scope for specs: everything permitted, Tokyo, yen, a clock that stands still at a known instant. */
export function testScope(overrides: Partial<Scope> & { clock?: VirtualClock } = {}): Scope & { clock: VirtualClock } {
  return {
    workspaceId: newId(),
    actor: { kind: 'system', id: 'test' },
    permits: new Set(),
    timeZone: 'Asia/Tokyo',
    currency: 'JPY',
    clock: new VirtualClock('2026-04-15T12:00:00+09:00'),
    ...overrides,
  };
}
