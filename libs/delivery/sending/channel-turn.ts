import type { Scope } from '#kernel';
import type { LineChannelClient } from '#line';
import type { LeasesRepository, SendingNow } from '../ledger/leases.repository.js';
import type { Pace } from './pace.js';
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
  private sending = new Map<string, SendingNow>();
  private readonly stopped = new Set<string>();
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
    return !this.channelStopped && this.options.mine() && this.sending.has(sendId) && !this.stopped.has(sendId);
  }

  stopChannel(): void {
    this.channelStopped = true;
  }

  stopSend(sendId: string): void {
    this.stopped.add(sendId);
  }

  /** Whether to lease no more pages. */
  over(): boolean {
    return this.channelStopped || this.handOn || this.failure !== undefined || !this.options.mine();
  }

  /** Whether a send of that kind is still being planned, so that more pages will come. */
  morePagesCome(personalised: boolean): boolean {
    return [...this.sending.values()].some((send) => send.planning && send.personalised === personalised);
  }

  private async look(): Promise<void> {
    try {
      const sending = await this.leases.sendingNow(this.scope, this.channelId);
      this.sending = new Map(sending.map((send) => [send.id, send]));
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
