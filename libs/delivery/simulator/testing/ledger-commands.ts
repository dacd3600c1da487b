import fc from 'fast-check';

export const PEOPLE = 9;

const nth = fc.nat({ max: 1_000 });
const due = {
  state: fc.constant('due' as const),
  error: fc.constant('later'),
  unknown: fc.boolean(),
  counted: fc.boolean(),
  inMs: fc.constantFrom(0, 1_000, 600_000),
};
const shared = fc.oneof(
  fc.record({ state: fc.constant('accepted' as const), requestId: fc.constant('r1') }),
  fc.record({
    state: fc.constant('rejected' as const),
    requestId: fc.constantFrom('r2', undefined),
    error: fc.constant('no'),
  }),
  fc.record(due),
);
const own = fc.array(
  fc.constantFrom('accepted' as const, 'rejected' as const, 'uncertain' as const, 'skipped' as const, null),
  { maxLength: 6 },
);
/** What happens to a ledger, one thing at a time. */
export const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('lease' as const),
      personalised: fc.boolean(),
      limit: fc.integer({ min: 1, max: 4 }),
      after: nth,
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('settle' as const), which: nth, shared, own }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      which: nth,
      shared,
      groups: fc.array(fc.array(fc.nat({ max: PEOPLE - 1 }), { maxLength: 5 }), { maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('recover' as const, 'finish' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('cancel' as const, 'pause' as const, 'resume' as const, 'postpone' as const),
      which: nth,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 1_000, 600_000, 6 * 3_600_000, 23 * 3_600_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('block' as const, 'befriend' as const, 'forget' as const, 'unlink' as const),
      which: nth,
    }),
  },
);
export type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;
/** An outcome whose time is told from now. */
export type DueIn = Extract<Command, { do: 'settle' }>['shared'];
