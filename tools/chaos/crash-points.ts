/** A method of one of the built classes, by the names that both have in the source, and on which side of it. */
interface MethodPoint {
  class: string;
  method: string;
  when: 'before' | 'after';
  /** Whether this call is one to die at, by what it returned; without it any is. */
  counts?: (result: unknown) => boolean;
}

/** A moment of a request to LINE that sends something. */
interface RequestPoint {
  request: 'created' | 'answered';
}

export type CrashPoint = MethodPoint | RequestPoint;

const hasSome = (result: unknown) => !Array.isArray(result) || result.length > 0;

/** From a send's plan to the outcome of its last page. `during the request`: LINE has it, its answer is not read yet. */
const SENDING = {
  'before planning': { class: 'Planning', method: 'begin', when: 'before' },
  'after planning': { class: 'Planning', method: 'begin', when: 'after' },
  'before lease': { class: 'LeasesRepository', method: 'lease', when: 'before' },
  'after lease': { class: 'LeasesRepository', method: 'lease', when: 'after', counts: hasSome },
  'before request': { request: 'created' },
  'during the request': { request: 'answered' },
  'after answer before commit': { class: 'PagesRepository', method: 'settle', when: 'before' },
  'after commit': { class: 'Courier', method: 'deliver', when: 'after' },
  'after the turn': { class: 'Drain', method: 'run', when: 'after' },
} satisfies Record<string, CrashPoint>;

/** From an event that has been taken in to a step that has been made. */
const STEPPING = {
  'event heard': { class: 'Facts', method: 'eventsAccepted', when: 'before' },
  'run started': { class: 'Facts', method: 'eventsAccepted', when: 'after' },
  'step claimed': { class: 'RunsRepository', method: 'claim', when: 'after', counts: hasSome },
  'before effects': { class: 'Settling', method: 'settle', when: 'before' },
  'after effects': { class: 'Settling', method: 'settle', when: 'after' },
  'advance written': { class: 'RunsRepository', method: 'write', when: 'after' },
  'advance committed': { class: 'Advancing', method: 'batch', when: 'after' },
} satisfies Record<string, CrashPoint>;

/** From the first rows of a product feed to its end. */
const IMPORTING = {
  'rows read': { class: 'Products', method: 'put', when: 'before' },
  'rows written': { class: 'FeedsRepository', method: 'advance', when: 'after' },
  'rows committed': { class: 'FeedImporting', method: 'commit', when: 'after' },
  'feed ended': { class: 'FeedsRepository', method: 'finish', when: 'after' },
} satisfies Record<string, CrashPoint>;

export const CRASH_POINTS = { ...SENDING, ...STEPPING, ...IMPORTING };
export type CrashPointName = keyof typeof CRASH_POINTS;
export const SENDING_POINTS = Object.keys(SENDING) as (keyof typeof SENDING)[];
export const IMPORTING_POINTS = Object.keys(IMPORTING) as (keyof typeof IMPORTING)[];
export const STEPPING_POINTS = Object.keys(STEPPING) as (keyof typeof STEPPING)[];

/** What a program under test is told. */
export type Order = { arm: CrashPointName; nth: number } | { disarm: true } | { clockMs: number };

/** What it says: the points that its classes do not have, where a name has changed. */
export interface Report {
  armed: CrashPointName;
  missing: boolean;
}
