import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { booking, choices, drawn, drawnSteps, TITLES, walked } from '../testing/drawn-journeys.js';
import type { JourneyEvent, Prepared, RunState } from '../machine/run.js';
import { prepare } from '../machine/prepare.js';
import { graphErrors } from './step-graph.js';
import type { JourneyDefinition } from './journey-definition.js';

const STARTS = TITLES.flatMap((title) => [booking(title, true), booking(title, false)]);
const ROUND = /circle for ever|comes back to itself/;

describe('the ways between steps', () => {
  it('that are taken lead every event to an end, and none round without a wait', () => {
    let taken = 0;
    fc.assert(
      fc.property(drawnSteps, (steps) => {
        const read = drawn(steps);
        fc.pre('prepared' in read);
        if (!('prepared' in read)) return;
        taken++;
        for (const start of STARTS) expect(canEnd(read.prepared, start)).toBe(true);
      }),
      { seed: 21, numRuns: 500 },
    );
    expect(taken).toBe(500);
  });

  it('that are refused for a circle lead some event round in it', () => {
    fc.assert(
      fc.property(drawnSteps, (steps) => {
        const read = drawn(steps);
        fc.pre('details' in read && read.details.every((detail) => ROUND.test(detail)));
        expect(canGoRound(unchecked(steps))).toBe(true);
      }),
      { seed: 22, numRuns: 1_000 },
    );
  });

  it('of a hundred steps, each of which leads to each, are told apart soon', () => {
    const steps = Array.from({ length: 100 }, (_, n) => ({
      ...{ id: `s-${n}`, kind: 'branch', rule: { kind: 'rank', in: ['x'] } },
      ...{ next: `s-${(n * 7 + 1) % 100}`, otherwise: `s-${(n * 13 + 5) % 100}` },
    }));
    expect(graphErrors(steps as never, '')).toHaveLength(100);
  });
});

/** @throws Error where a walk goes round without a wait */
function canEnd(prepared: Prepared, start: JourneyEvent): boolean {
  return choices.some((choice) => walked(prepared, start, choice).ended !== null);
}

function canGoRound(prepared: Prepared): boolean {
  return choices.some((choice) => STARTS.some((start) => goesRound(() => walked(prepared, start, choice))));
}

function goesRound(walk: () => RunState): boolean {
  try {
    return walk().ended === null;
  } catch (error) {
    if ((error as Error).message.includes('without a wait')) return true;
    throw error;
  }
}

/** The machine does not ask whether a journey was taken. */
function unchecked(steps: object[]): Prepared {
  return prepare(
    { channelId: '', start: { on: 'event', event: 'booking' }, steps } as JourneyDefinition,
    'Europe/Berlin',
  );
}
