import { generatedUserId } from '../ids.js';
import { generatedName } from './generated-names.js';

/** Codes double as the outcome of a delivery: what a person is decides what a message to them becomes. */
export const userStates = ['friend', 'blocked', 'deleted', 'stranger', 'unknown'] as const;
export type UserState = (typeof userStates)[number];
/** What became of a message to a person in each state. */
export const outcomeNames = ['delivered', ...userStates.slice(1)];
export const stateCode = (state: UserState): number => userStates.indexOf(state);

export interface Crowd {
  count: number;
  seed: number;
  prefix: string;
  state: UserState;
}

/** Numbers `first` to `first + count - 1`, whose ids follow from a formula and so need no memory. */
interface Range {
  crowd: Crowd;
  head: string;
  first: number;
}

/** The people a channel can know, as numbers: half a million must cost a megabyte or two, not hundreds. */
export class UserBook {
  private readonly numbers = new Map<string, number>();
  private readonly ids = new Map<number, string>();
  private readonly names = new Map<number, string>();
  private readonly ranges: Range[] = [];
  private states = new Uint8Array(64);
  size = 0;

  /** The person's number, or undefined for an id never heard of. */
  find(userId: string): number | undefined {
    for (const { crowd, head, first } of this.ranges) {
      if (userId.length !== 33 || !userId.startsWith(head)) continue;
      const i = Number(`0x${userId.slice(head.length)}`);
      if (i < crowd.count) return first + i;
    }
    return this.numbers.get(userId);
  }

  /** The person's number; an id never heard of is entered as unknown to the provider. */
  enter(userId: string): number {
    return this.find(userId) ?? this.add(userId, 'unknown');
  }

  add(userId: string, state: UserState, displayName?: string): number {
    const user = this.size;
    this.reserve(user + 1);
    this.size++;
    this.ids.set(user, userId);
    this.numbers.set(userId, user);
    this.setState(user, state);
    if (displayName !== undefined) this.names.set(user, displayName);
    return user;
  }

  /** Enters a crowd by formula and says how many were new; who is there already keeps their state. */
  generate(crowd: Crowd): number {
    const before = this.size;
    const head = generatedUserId(crowd.prefix, crowd.seed, 0).slice(0, 1 + crowd.prefix.length + 8);
    const met = (userId: string) => userId.startsWith(head);
    if (this.ranges.some((range) => range.head === head) || [...this.numbers.keys()].some(met)) {
      for (let i = 0; i < crowd.count; i++) {
        const userId = generatedUserId(crowd.prefix, crowd.seed, i);
        if (this.find(userId) === undefined) this.add(userId, crowd.state);
      }
    } else {
      this.ranges.push({ crowd, head, first: before });
      this.size += crowd.count;
      this.reserve(this.size);
      this.states.fill(stateCode(crowd.state), before, this.size);
    }
    return this.size - before;
  }

  userId(user: number): string {
    const known = this.ids.get(user);
    if (known !== undefined) return known;
    const range = this.ranges.find(({ first, crowd: { count } }) => user >= first && user < first + count);
    return range ? generatedUserId(range.crowd.prefix, range.crowd.seed, user - range.first) : '';
  }

  displayName(user: number): string {
    return this.names.get(user) ?? generatedName(user);
  }

  rename(user: number, displayName: string): void {
    this.names.set(user, displayName);
  }

  code(user: number): number {
    return this.states[user] ?? 0;
  }

  state(user: number): UserState {
    return userStates[this.code(user)] ?? 'unknown';
  }

  setState(user: number, state: UserState): void {
    this.states[user] = stateCode(state);
  }

  /** Numbers of everyone in that state, or of everyone. */
  *list(state?: UserState): Generator<number> {
    const wanted = state === undefined ? -1 : stateCode(state);
    for (let user = 0; user < this.size; user++) {
      if (wanted === -1 || this.states[user] === wanted) yield user;
    }
  }

  private reserve(size: number): void {
    if (size <= this.states.length) return;
    const grown = new Uint8Array(Math.max(size, this.states.length * 2));
    grown.set(this.states);
    this.states = grown;
  }
}
