import fc from 'fast-check';
import { randomRule } from './random-rule.js';
import { randomWorld, type WorldSettings } from './random-world.js';
import type { Plain, WorldEvent, WorldLink, WorldMember } from './world.js';

/**
 * Something that may change who belongs to a segment. Instants in it are meant from where `settings.now` was, unless it
 * says by how many milliseconds it is `ahead` of its time.
 */
export type Happening =
  | { kind: 'event'; event: WorldEvent; ahead?: number }
  | { kind: 'profile'; profile: Omit<WorldMember, 'links'>; ahead?: number }
  | { kind: 'link'; externalId: string; link: WorldLink; ahead?: number }
  | { kind: 'unlink'; nth: number }
  | { kind: 'friend'; nth: number; state: 'friend' | 'blocked' }
  | { kind: 'clock'; milliseconds: number }
  | { kind: 'midnight'; beside: number }
  | { kind: 'redefine'; nth: number; rule: Plain }
  | { kind: 'rewatch'; nth: number }
  | { kind: 'work' }
  | { kind: 'check' };

const DAY = 86_400_000;

/** What happens in a small workspace, in the order of its happening. */
export function randomHappenings(settings: WorldSettings): fc.Arbitrary<Happening[]> {
  return randomWorld(settings).chain((world) => {
    const nth = fc.nat(100);
    const member = fc.constantFrom(...world.members);
    const linked = world.members.filter(({ links }) => links.length > 0);
    const links = linked.flatMap(({ externalId, links: own }) => own.map((link) => ({ externalId, link })));
    const one: fc.WeightedArbitrary<Happening>[] = [
      {
        weight: 8,
        arbitrary: fc
          .tuple(fc.constantFrom(...world.events), ahead(600_000))
          .map(([event, by]) => ({ kind: 'event', event, ahead: by })),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(member, ahead(30 * DAY))
          .map(([{ links: _, ...profile }, by]) => ({ kind: 'profile', profile, ahead: by })),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('friend' as const), nth, state: friendState() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('unlink' as const), nth }) },
      { weight: 4, arbitrary: step().map((milliseconds) => ({ kind: 'clock', milliseconds })) },
      { weight: 3, arbitrary: fc.constantFrom(-1, 0, 1).map((beside) => ({ kind: 'midnight', beside })) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('redefine' as const), nth, rule: randomRule(settings, []) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('rewatch' as const), nth }) },
      { weight: 4, arbitrary: fc.constant({ kind: 'work' as const }) },
      { weight: 3, arbitrary: fc.constant({ kind: 'check' as const }) },
    ];
    if (links.length > 0) {
      const arbitrary = fc
        .tuple(fc.constantFrom(...links), ahead(DAY))
        .map(([given, by]) => ({ kind: 'link' as const, ...given, ahead: by }));
      one.push({ weight: 2, arbitrary });
    }
    return fc.array(fc.oneof(...one), { minLength: 60, maxLength: 90, size: 'max' });
  });
}

/** Often not at all. */
function ahead(most: number): fc.Arbitrary<number | undefined> {
  return fc.option(fc.constantFrom(0, 1, 59_999, most), { freq: 2, nil: undefined });
}

function friendState(): fc.Arbitrary<'friend' | 'blocked'> {
  return fc.constantFrom('friend', 'blocked');
}

function step(): fc.Arbitrary<number> {
  return fc.constantFrom(1, 59_999, 60_000, 600_001, 3_600_000, 11 * 3_600_000, DAY, 7 * DAY, 30 * DAY);
}
