import type { Cancel, JourneyDefinition } from '../definition/journey-definition.js';
import type { SendStep } from '../definition/steps.js';
import type { RuleNode } from '#segments';

/** A member's event as journeys see it. Facts become one too, with a body of their own. */
export interface JourneyEvent {
  /** events.seq as text; of a fact, a text that is the same whenever the same fact is told. */
  seq: string;
  /** `purchase`, `cart`, …; `linked`, `unlinked`, `opted_out`, `friend`, `rank`, `entered`, `left`, `restock`, `date`, `schedule`. */
  type: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The fields of its type. */
  body: Readonly<Record<string, unknown>>;
}

/**
 * Where one member is in one journey. Time here is logical: a wait ends at the moment it was to end, however late the
 * worker wakes up, so that decisions do not depend on when they are made.
 */
export interface RunState {
  memberId: string;
  /** The starting event. */
  start: JourneyEvent;
  /** Logical now: milliseconds since 1970. */
  at: number;
  /** Id of the step it stands before, or waits in; null: done. */
  step: string | null;
  /** Set while it waits in `step`: when the wait ends by itself. */
  dueAt: number | null;
  /** Whether anything was sent to the member by this run. */
  sent: boolean;
  /** Steps made so far: a run of too many is parked. */
  made: number;
  /** Why it ended, once it has. */
  ended: RunEnd | null;
}

export type RunEnd = 'done' | 'stopped' | 'cancelled' | 'timed_out';

/** What the machine needs to be told to go on. Answered for many runs at once. */
export type Question =
  | { ask: 'rule'; rule: RuleNode; memberId: string; at: number }
  /** How often this step has sent to the member since an instant, this run included. */
  | { ask: 'sends'; stepId: string; memberId: string; since: number };
export type Answer = boolean | number;

/** What is to happen, in the same transaction as the run's new state. */
export type Effect =
  | { do: 'send'; step: SendStep; at: number }
  | { do: 'tag' | 'untag'; tags: string[] }
  | { do: 'rich-menu'; menuId: string | null }
  | { do: 'webhook'; stepId: string; url: string };

/** One decision, with the values that decided it; kept for whoever asks why. */
export interface Decision {
  at: number;
  /** Id of the step; `start` and `cancel` for what belongs to none. */
  step: string;
  /** `started`, `filtered_out`, `waiting`, `woke`, `happened`, `timed_out`, `true`, `false`, `sent`, `limited`, `begun`, `tagged`, `untagged`, `menu_chosen`, `told`, `past`, `cancelled`, `restarted`, `stopped`, `done`. */
  decision: string;
  detail: Readonly<Record<string, unknown>>;
}

export interface Advance {
  state: RunState;
  effects: Effect[];
  decisions: Decision[];
}

/** A definition with what the machine looks up often. */
export interface Prepared {
  definition: JourneyDefinition;
  timeZone: string;
  /** Events a run of it listens to, cancels and waits included. */
  listensTo: ReadonlySet<string>;
  cancels: readonly Cancel[];
}
