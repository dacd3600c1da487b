import { Module, type Type } from '@nestjs/common';
import { Channels } from '#channels';
import { RetryAfter } from '#jobs';
import { newId, type Scope, type VirtualClock } from '#kernel';
import type { QuietHours } from '#workspaces';
import type { LeasedPage } from '../ledger/leased-page.js';
import { LeasesRepository } from '../ledger/leases.repository.js';
import type { OutcomeFilter, RecipientOutcome } from '../ledger/outcomes.repository.js';
import { SEND_CLASSES } from '../ledger/send.entity.js';
import type { SendTotals } from '../ledger/totals.repository.js';
import { Outcomes } from '../outcomes.service.js';
import { Planning } from '../planning/planning.service.js';
import { Drain } from '../sending/drain.service.js';
import { Sends, type SendOrder } from '../sends.service.js';
import type { EmulatedLine } from './emulated-line.js';
import { PeopleRepository, type Person } from './people.repository.js';
import { PlansRepository } from './plans.repository.js';

@Module({ providers: [PeopleRepository, PlansRepository], exports: [PeopleRepository, PlansRepository] })
export class PeopleModule {}

/** What the stage needs of a test app. */
export interface Stageable {
  scope: Scope & { clock: VirtualClock };
  get<T>(provider: Type<T>): T;
  workspace(settings?: { quietHours?: QuietHours | null }): Promise<{ scope: Scope & { clock: VirtualClock } }>;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

export const HELLO = [{ type: 'text', text: 'hello' }];
export const PERSONAL = [{ type: 'text', text: 'hello {{member.externalId}}' }];

/** A workspace with a channel and friends at the emulator, and the steps of a send one by one. */
export class DeliveryStage {
  private constructor(
    private readonly app: Stageable,
    readonly line: EmulatedLine,
    readonly scope: Scope & { clock: VirtualClock },
    readonly channelId: string,
    readonly people: Person[],
  ) {}

  /** A new workspace, and LINE as on the first day. */
  static async open(
    app: Stageable,
    line: EmulatedLine,
    friends: number,
    quietHours: QuietHours | null = null,
  ): Promise<DeliveryStage> {
    await line.reset();
    const { scope } = await app.workspace({ quietHours });
    const { id } = await app.get(Channels).create(scope, {
      name: 'spec',
      lineChannelId: line.lineChannelId,
      channelSecret: 'a'.repeat(32),
      accessToken: line.accessToken,
      verify: false,
    });
    const people = await app.get(PeopleRepository).add(scope, id, friends);
    await line.addFriends(people.map(({ userId }) => userId));
    return new DeliveryStage(app, line, scope, id, people);
  }

  get peopleTable(): PeopleRepository {
    return this.app.get(PeopleRepository);
  }

  get sends(): Sends {
    return this.app.get(Sends);
  }

  start(messages: object[], order: Partial<SendOrder> = {}): Promise<string> {
    return this.sends.start(this.scope, {
      channelId: this.channelId,
      origin: { kind: 'campaign', id: newId() },
      class: 'promotional',
      messages,
      unit: null,
      audience: { rule: { kind: 'rank', in: ['gold'] }, asOf: this.scope.clock.now() },
      ...order,
    });
  }

  /** As the worker does: a turn that has lasted too long goes on in the next one. */
  async plan(sendId: string): Promise<void> {
    const planning = this.app.get(Planning);
    await planning.begin(this.scope, sendId);
    for (;;) {
      try {
        return await planning.goOn(this.scope, sendId);
      } catch (error) {
        if (!(error instanceof RetryAfter) || error.milliseconds > 0) throw error;
      }
    }
  }

  /** Decides and plans. @returns the send's id */
  async planned(messages: object[], order?: Partial<SendOrder>): Promise<string> {
    const id = await this.start(messages, order);
    await this.plan(id);
    return id;
  }

  /** Takes the next page as a turn would in which every hour is open. @param after the send that had the turn before */
  lease(personalised: boolean, after = NOBODY): Promise<LeasedPage[]> {
    const open = { classes: SEND_CLASSES, windows: [] };
    const request = { channelId: this.channelId, personalised, limit: 1, after, open };
    return this.app.get(LeasesRepository).lease(this.scope, request);
  }

  /** One turn of the channel's drain. */
  drain(): Promise<boolean> {
    return this.app.get(Drain).run(this.scope, this.channelId);
  }

  /** Turns, an hour apart, until the send has ended. */
  async drainToTheEnd(sendId: string, most = 30): Promise<void> {
    for (let turn = 0; turn < most; turn++) {
      await this.drain();
      if ((await this.sends.get(this.scope, sendId)).endedAt) return;
      this.scope.clock.advance(15 * 60_000);
    }
    throw new Error(`The send is ${(await this.sends.get(this.scope, sendId)).state} after ${most} turns.`);
  }

  async totals(sendId: string): Promise<SendTotals> {
    return (await this.app.get(Outcomes).totals(this.scope, [sendId])).get(sendId)!;
  }

  outcomes(sendId: string, filter: Partial<OutcomeFilter> = {}): Promise<RecipientOutcome[]> {
    return this.app.get(Outcomes).list(this.scope, sendId, { limit: 10_000, ...filter });
  }

  async state(sendId: string): Promise<string> {
    return (await this.sends.get(this.scope, sendId)).state;
  }
}

/** The rows say the same as the totals, and everybody is somewhere. */
export function countOf(outcomes: RecipientOutcome[]): SendTotals {
  const totals: SendTotals = {
    audience: outcomes.length,
    planned: 0,
    accepted: 0,
    rejected: 0,
    uncertain: 0,
    skipped: {},
  };
  for (const { state, reason } of outcomes) {
    if (state === 'skipped') totals.skipped[reason!] = (totals.skipped[reason!] ?? 0) + 1;
    else totals[state] += 1;
  }
  return totals;
}

/** Lets one call of a method die, before or after it has done its work, as a killed process would. */
export function dieOnce(target: object, method: string, when: 'before' | 'after'): void {
  const owner = target as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const real = owner[method]!.bind(target);
  owner[method] = async (...args) => {
    owner[method] = real;
    if (when === 'after') await real(...args);
    throw new Error('killed');
  };
}
