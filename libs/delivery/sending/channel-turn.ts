import type { Scope } from '#kernel';
import type { LineChannelClient, Pace } from '#line';
import type { LeasedPage } from '../ledger/leased-page.js';
import type { Leaver, Leaving } from '../hours/leaving.js';
import { LaneTurn } from '../lane-turn.js';
import type { LeaseRequest, LeasesRepository, SendingNow } from '../ledger/leases.repository.js';
import type { PagesRepository } from '../ledger/pages.repository.js';
import type { Turn } from './turn.js';

/** How soon a pause, a cancellation or a lost lock is noticed. */
const LOOK_EVERY_MS = 300;
/** How long a turn is while other work waits for the lane. */
const WHILE_OTHERS_WAIT_MS = 1_000;

export interface TurnOptions {
  scope: Scope;
  channelId: string;
  client: LineChannelClient;
  paces: { push: Pace; multicast: Pace };
  /** The lock on the channel is still ours, and the process goes on. */
  mine(): boolean;
  /** When requests may leave. */
  leaving: Leaving;
  /** Whether other work waits for the lane. */
  othersWait(): Promise<boolean>;
}

/** A turn as it goes: looks around a few times a second and knows who may send. */
export class ChannelTurn implements Turn {
  private readonly laneTurn: LaneTurn;
  private sending: SendingNow[] = [];
  /** Sends whose pages this turn has leased. */
  private readonly leased = new Map<string, Leaver>();
  /** Of these, those that were paused or cancelled since. */
  private readonly halted = new Set<string>();
  /** Sends that LINE takes nothing for now, and until when. */
  private readonly stopped = new Map<string, Date>();
  /** Sends whose hours have not come. */
  private readonly heldBack = new Set<string>();
  private readonly doneOnce = new Map<string, Promise<void>>();
  private channelStopped = false;
  private handOn = false;
  private timer?: NodeJS.Timeout;
  private looking?: Promise<void>;
  private failure?: { error: unknown };

  constructor(
    private readonly options: TurnOptions,
    private readonly leases: LeasesRepository,
    private readonly pages: PagesRepository,
  ) {
    this.laneTurn = new LaneTurn({ othersWait: () => options.othersWait(), whileOthersWait: WHILE_OTHERS_WAIT_MS });
  }

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
    return going && !this.halted.has(sendId) && this.stoppedUntil(sendId) === undefined && this.isOpen(sendId);
  }

  /** The lease itself has seen that the send may send; from now on it is watched. */
  watch(page: LeasedPage): void {
    this.leased.set(page.sendId, page);
  }

  /** What may be leased now. */
  open(): LeaseRequest['open'] {
    const { leaving } = this.options;
    const windows = this.sending.filter((send) => send.window && leaving.mayLeave(send)).map(({ id }) => id);
    return { classes: leaving.openClasses(), windows };
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
    const leaver = this.leased.get(sendId);
    return this.stoppedUntil(sendId) ?? (leaver ? this.options.leaving.next(leaver) : this.scope.clock.now());
  }

  /** Whether to lease no more pages. */
  over(): boolean {
    return this.channelStopped || this.handOn || this.failure !== undefined || !this.options.mine();
  }

  /** Whether a send of that kind is still being planned, so that more pages will come. */
  morePagesCome(personalised: boolean): boolean {
    return this.sending.some((send) => send.planning && send.personalised === personalised);
  }

  /** Undefined once that moment has come, as it may have while LINE was asked for its quota. */
  private stoppedUntil(sendId: string): Date | undefined {
    const until = this.stopped.get(sendId);
    return until && until > this.scope.clock.now() ? until : undefined;
  }

  private isOpen(sendId: string): boolean {
    const leaver = this.leased.get(sendId);
    return leaver === undefined || this.options.leaving.mayLeave(leaver);
  }

  /** What may not leave now waits until it may, tried or not: a repeated request is a request too. */
  private async holdBack(): Promise<void> {
    for (const send of this.sending) {
      if (this.options.leaving.mayLeave(send) || this.heldBack.has(send.id)) continue;
      this.heldBack.add(send.id);
      await this.pages.holdBack(this.scope, send.id, this.options.leaving.next(send));
    }
  }

  private async look(): Promise<void> {
    try {
      const watched = [...this.leased.keys()];
      this.sending = await this.leases.sendingNow(this.scope, this.channelId);
      for (const sendId of watched) {
        if (this.sending.some(({ id }) => id === sendId)) this.halted.delete(sendId);
        else this.halted.add(sendId);
      }
      await this.holdBack();
      if (await this.laneTurn.isOver()) this.handOn = true;
    } catch (error) {
      // Who cannot see whether a send was cancelled must not go on with it.
      this.failure ??= { error };
    } finally {
      this.looking = undefined;
    }
  }
}
