import type { LineChannelClient, SendOutcome } from '#line';
import { LINE_LIMITS } from '#line';
import type { VirtualClock } from '#kernel';
import type { Dice } from './dice.js';
import type { Faults } from './faults.js';
import type { Steps, Life } from './steps.js';

/** What a client waits for an answer. */
const DEADLINE_MS = 10_000;

/** A request as it leaves. */
export interface LineRequest {
  endpoint: 'push' | 'multicast';
  to: readonly string[];
  /** The aggregation unit names the send. */
  sendId: string;
  retryKey: string;
}

interface Accepted {
  requestId: string;
  at: number;
  body: string;
}

/** What somebody sees of the requests who holds them against a rule. */
export interface LineWatch {
  left(request: LineRequest): void;
  accepted(request: LineRequest, requestId: string): void;
  answered(request: LineRequest, outcome: SendOutcome): void;
  sameKeyOtherBody(request: LineRequest): void;
}

/** LINE, as far as a sender can tell: what it takes, what it remembers, and how its answers get lost. */
export class MemoryLine {
  /** People whose id LINE refuses, and whether it says which one it was. */
  readonly bad = new Set<string>();
  namesTheBad = true;
  /** Messages left this month; kept for another delivery where `reserved`. */
  quotaLeft = Infinity;
  reserved = false;
  /** Whether it takes the credentials. */
  authorized = true;
  private readonly keys = new Map<string, Accepted>();
  private requests = 0;

  constructor(
    private readonly world: { clock: VirtualClock; dice: Dice; steps: Steps; faults: Faults },
    private readonly watch: LineWatch,
  ) {}

  /** The channel as one worker process sees it. */
  clientOf(life: Life): Pick<LineChannelClient, 'push' | 'multicast' | 'validate' | 'quota' | 'quotaConsumption'> {
    const send = (endpoint: 'push' | 'multicast', to: readonly string[], units: string[] | undefined, key: string) =>
      this.request(life, { endpoint, to, sendId: units![0]!, retryKey: key });
    const answer = <T>(value: T) => ({ kind: 'answered' as const, requestId: 'r', value });
    return {
      push: ({ to, customAggregationUnits }, key) => send('push', [to], customAggregationUnits, key),
      multicast: ({ to, customAggregationUnits }, key) => send('multicast', to, customAggregationUnits, key),
      validate: () => this.ask(life, 'validate', () => (this.authorized ? { ok: true } : unauthorized)),
      quota: () => this.ask(life, 'quota', () => answer({ type: 'limited' as const, value: 1_000_000 })),
      quotaConsumption: () =>
        this.ask(life, 'consumption', () => answer({ totalUsage: 1_000_000 - Math.min(this.quotaLeft, 1_000_000) })),
    };
  }

  /** A question: answered, or lost. */
  private ask<T>(life: Life, name: string, answer: () => T): Promise<T | typeof lost> {
    return new Promise((resolve) => {
      this.world.steps.add(life, `LINE answers ${name}`, 0, () =>
        resolve(this.world.faults.happens('question lost') ? lost : answer()),
      );
    });
  }

  private request(life: Life, request: LineRequest): Promise<SendOutcome> {
    const { steps, dice, faults } = this.world;
    this.watch.left(request);
    return new Promise((resolve) => {
      let waits = true;
      const answer = (outcome: SendOutcome) => {
        if (!waits) return;
        waits = false;
        steps.drop(deadline);
        this.watch.answered(request, outcome);
        resolve(outcome);
      };
      const later = (name: string, inMs: number, outcome: SendOutcome) =>
        void steps.add(life, `${name} (${outcome.kind})`, inMs, () => answer(outcome));
      const deadline = steps.add(life, 'deadline', DEADLINE_MS, () => answer(lost));
      if (faults.happens('lost on the way')) return later('connection lost', 0, lost);
      const slow = faults.happens('arrives late') ? dice.between(0, 2 * DEADLINE_MS) : 0;
      // On its way it belongs to the network: it arrives also where its sender has died or given up.
      const { endpoint, sendId, to } = request;
      steps.add(null, `${endpoint} of ${sendId.slice(-2)} arrives to ${to.join()}`, slow, () => {
        const outcome = this.receive(request);
        if (faults.happens('answer lost')) later('connection lost', 0, lost);
        else later('answer', faults.happens('late answer') ? dice.between(0, 2 * DEADLINE_MS) : 0, outcome);
      });
    });
  }

  private receive(request: LineRequest): SendOutcome {
    const { faults } = this.world;
    if (!this.authorized) return unauthorized;
    if (faults.happens('429 rate')) return { kind: 'rate-limited' };
    if (faults.happens('500 before')) return lost;
    const known = this.known(request);
    if (known) return { kind: 'accepted', requestId: known.requestId, before: true };
    const outcome = this.refusal(request) ?? this.accept(request);
    return faults.happens('500 after') ? lost : outcome;
  }

  /** A key is remembered for a day after the request it came with first. */
  private known(request: LineRequest): Accepted | undefined {
    const known = this.keys.get(request.retryKey);
    if (!known || this.world.clock.now().getTime() - known.at >= LINE_LIMITS.retryKeyMs) return undefined;
    if (known.body !== bodyOf(request)) this.watch.sameKeyOtherBody(request);
    return known;
  }

  private refusal({ to }: LineRequest): SendOutcome | undefined {
    const at = to.findIndex((userId) => this.bad.has(userId));
    const requestId = `r${++this.requests}`;
    if (at >= 0) {
      this.world.faults.met('400');
      const named = this.namesTheBad && to.length > 1 ? { badRecipient: at } : {};
      return { kind: 'refused', requestId, status: 400, error: `The property, to[${at}], is invalid`, ...named };
    }
    if (!this.reserved && to.length <= this.quotaLeft) return undefined;
    this.world.faults.met(this.reserved ? '429 reserved' : '429 quota');
    return { kind: 'quota' };
  }

  private accept(request: LineRequest): SendOutcome {
    const requestId = `r${++this.requests}`;
    this.quotaLeft -= request.to.length;
    this.keys.set(request.retryKey, { requestId, at: this.world.clock.now().getTime(), body: bodyOf(request) });
    this.watch.accepted(request, requestId);
    return { kind: 'accepted', requestId, before: false };
  }
}

const lost = { kind: 'unknown' as const, error: 'no answer' };
const unauthorized = { kind: 'unauthorized' as const, status: 401, error: 'invalid token' };

function bodyOf({ endpoint, sendId, to }: LineRequest): string {
  return `${endpoint} ${sendId} ${to.join(',')}`;
}
