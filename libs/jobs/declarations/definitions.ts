import type { Lane } from '../lanes.js';
import { register } from './registry.js';

/** How a handler meets Postgres. */
export type Runs =
  /** Inside the transaction that deletes its outbox row: its effects and "done" commit together, exactly once. */
  | 'in-transaction'
  /** With no transaction open, for handlers that wait for a network: at least once, and never two at a time. */
  | 'outside';

export interface JobOptions<P extends object> {
  /** `feature.what_it_does`. */
  name: string;
  lane: Lane;
  /** A class-validator class that holds ids only: what is in a payload outlives the person it speaks of. */
  payload: new () => P;
  /** Failed runs before it is parked; default 10, which is about half an hour of trying. */
  attempts?: number;
  /** Rows with the same key never run at the same time; the oldest goes first. */
  oneAtATime?: (payload: P) => string;
  /** Default `in-transaction`. */
  runs?: Runs;
}

export interface JobDefinition<P extends object> extends JobOptions<P> {
  readonly kind: 'job';
}

export interface FactOptions<P extends object> {
  /** `feature.what_happened`, in the past tense. */
  name: string;
  payload: new () => P;
  /** Those that come within moments in one workspace are told as one; without it each is told by itself. */
  together?: Together<P>;
}

export interface Together<P extends object> {
  /** Says what several say in fewer payloads, each as valid as those. */
  merge: (payloads: readonly P[]) => P[];
  /** What is large runs by itself, beside others: of its costs the frame is the least. */
  isSmall: (payload: P) => boolean;
}

export interface FactDefinition<P extends object> extends FactOptions<P> {
  readonly kind: 'fact';
}

export type ScheduleOptions = { name: string; lane: Lane } & (
  | {
      /** Milliseconds; occurrences are the multiples of it since 1970, the same on every machine. */
      every: number;
    }
  | {
      /** Five fields, or six with seconds first. */
      cron: string;
      /** IANA name. */
      timeZone: string;
    }
);

export type ScheduleDefinition = ScheduleOptions & { readonly kind: 'schedule' };

/** What the handler of a job or fact gets. */
export type PayloadOf<D> = D extends JobDefinition<infer P> ? P : D extends FactDefinition<infer P> ? P : never;

/** Declares work that has exactly one handler: a worker does not boot unless `@HandlesJob` names it once. */
export function defineJob<P extends object>(options: JobOptions<P>): JobDefinition<P> {
  return register({ ...options, kind: 'job' });
}

/** Declares something that happened. Any number of `@HandlesFact` subscribe to it, each with a row of its own. */
export function defineFact<P extends object>(options: FactOptions<P>): FactDefinition<P> {
  return register({ ...options, kind: 'fact' });
}

/** Declares work that comes back by the clock. Its one handler runs once per occurrence, in one of all workers. */
export function defineSchedule(options: ScheduleOptions): ScheduleDefinition {
  return register({ ...options, kind: 'schedule' });
}
