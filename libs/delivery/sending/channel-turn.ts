import type { Scope } from '#kernel';
import type { LineChannelClient, Pace } from '#line';
import type { LeasedPage } from '../ledger/leased-page.js';
import type { LeasesRepository, SendingNow } from '../ledger/leases.repository.js';
import type { Turn } from './turn.js';

/** How soon a pause, a cancellation or a lost lock is noticed. */
const LOOK_EVERY_MS = 300;
/** After this a turn ends if somebody else waits for the lane, and in any case after the longest. */
const SLICE_MS = 1_000;
const LONGEST_MS = 10_000;

export interface TurnOptions {
  scope: Scope;
  channelId: string;
  client: LineChannelClient;
  paces: { push: Pace; multicast: Pace };
  /** The lock on the channel is still ours, and the process goes on. */
  mine(): boolean;
  /** Whether other work waits for the lane. */
  othersWait(): Promise<boolean>;
}

/** A turn as it goes: looks around a few times a second and knows who may send. */
export class ChannelTurn implements Turn {
  private readonly began = performance.now();
  private sending: SendingNow[] = [];
  /** Sends whose pages this turn has leased. */
  private readonly leased = new Set<string>();
  /** Of these, those that were paused or cancelled since. */
  private readonly halted = new Set<string>();
  /** Sends that LINE takes nothing for now, and until when. */
  private readonly stopped = new Map<string, Date>();
  private readonly doneOnce = new Map<string, Promise<void>>();
  private channelStopped = false;
  private handOn = false;
  private timer?: NodeJS.Timeout;
  private looking?: Promise<void>;
  private failure?: { error: unknown };

  constructor(
    private readonly options: TurnOptions,
    private readonly leases: LeasesRepository,
  ) {}

  get scope(): Scope {
    return this.options.scope;
  }

  get channelId(): string {
    return this.options.channelId;
  }

  get client(): LineChannelClient {
    return this.options.client;
  }

  get paces(): { push: Pace; multicast: Pace } {
    return this.options.paces;
  }

  /** Runs `work` while looking around. */
  async during(work: () => Promise<void>): Promise<void> {
    await this.look();
    this.timer = setInterval(() => {
      this.looking ??= this.look();
    }, LOOK_EVERY_MS);
    try {
      await work();
    } finally {
      clearInterval(this.timer);
      await this.looking;
    }
    if (this.failure) throw this.failure.error;
  }

  maySend(sendId: string): boolean {
    const going = !this.channelStopped && this.options.mine();
    return going && !this.halted.has(sendId) && !this.stopped.has(sendId);
  }

  /** The lease itself has seen that the send may send; from now on it is watched. */
  watch(sendId: string): void {
    this.leased.add(sendId);
  }

  membersOf(page: LeasedPage): Promise<string[]> {
    return this.leases.membersOf(this.scope, page);
  }

  stopChannel(): void {
    this.channelStopped = true;
  }

  stopSend(sendId: string, forMs: number): void {
    this.stopped.set(sendId, new Date(this.scope.clock.now().getTime() + forMs));
  }

  once(sendId: string, work: () => Promise<void>): Promise<void> {
    const done = this.doneOnce.get(sendId) ?? work();
    this.doneOnce.set(sendId, done);
    return done;
  }

  dueAgainAt(sendId: string): Date {
    return this.stopped.get(sendId) ?? this.scope.clock.now();
  }

  /** Whether to lease no more pages. */
  over(): boolean {
    return this.channelStopped || this.handOn || this.failure !== undefined || !this.options.mine();
  }

  /** Whether a send of that kind is still being planned, so that more pages will come. */
  morePagesCome(personalised: boolean): boolean {
    return this.sending.some((send) => send.planning && send.personalised === personalised);
  }

  private async look(): Promise<void> {
    try {
      const watched = [...this.leased];
      this.sending = await this.leases.sendingNow(this.scope, this.channelId);
      for (const sendId of watched) {
        if (this.sending.some(({ id }) => id === sendId)) this.halted.delete(sendId);
        else this.halted.add(sendId);
      }
      const elapsed = performance.now() - this.began;
      if (elapsed >= LONGEST_MS || (elapsed >= SLICE_MS && (await this.options.othersWait()))) this.handOn = true;
    } catch (error) {
      // Who cannot see whether a send was cancelled must not go on with it.
      this.failure ??= { error };
    } finally {
      this.looking = undefined;
    }
  }
}
