import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Database } from '#database';
import { Jobs } from '#jobs';
import { newId, notFound, type Scope } from '#kernel';
import type { LinkRole } from '#linking';
import { MessageContent } from '#messages';
import { drainChannel, planSend } from './delivery.jobs.js';
import type { MostPeople, SendClass, SendOrigin, SendWindow, Split } from './ledger/send.entity.js';
import { SendsRepository, type NewSend, type Send } from './ledger/sends.repository.js';
import { NamingRepository, type NamedPeople } from './planning/naming.repository.js';
import { Slices } from './planning/slices.service.js';

/** What an upper floor decides to send. */
export interface SendOrder {
  channelId: string;
  origin: { kind: SendOrigin; id: string };
  class: SendClass;
  /** What everybody is sent, or variant 0 where there are several. */
  messages: readonly object[];
  /** How the people are split into holdout, first part and variants; default: everybody at once is sent the same. */
  split?: Split | null;
  /** Declared value of one message: where sends compete for a person's last message under a cap, the higher goes. Default: 0. */
  value?: number;
  /** Local times of day between which requests may leave, beside quiet hours. */
  window?: SendWindow | null;
  /** At most so many people; the others are skipped as `quota`. */
  most?: MostPeople | null;
  /** Aggregation unit; none for a test. */
  unit: string | null;
  /** Only people who are linked in this role are sent to; default: in any. */
  role?: LinkRole | null;
  /** Everyone the rule names at `asOf`, or people named one by one. */
  audience: { rule: object; asOf: Date } | NamedPeople;
  /**
   * Lets variables of an event in, whose values come with the people, and messages whose lists were expanded for it: what
   * thereby breaks one of LINE's limits refuses nothing here, but makes everybody named `unfit_message`.
   */
  withEvent?: true;
}

/**
 * How long LINE's word on a content holds for journeys, which send the same to a few people again and again. What it says
 * may depend on things that end, such as coupons.
 */
const TAKEN_FOR_MS = 30 * 24 * 60 * 60 * 1000;
/** People who are planned in the transaction that names them; more would keep it waiting. */
const MOST_AT_ONCE = 1_000;

/** Everything that LINE counts as a send begins here. */
@Injectable()
export class Sends {
  constructor(
    private readonly db: Database,
    private readonly sends: SendsRepository,
    private readonly naming: NamingRepository,
    private readonly jobs: Jobs,
    private readonly channels: Channels,
    private readonly slices: Slices,
  ) {}

  /** Decides to send, in the ambient transaction: it happens if and only if that commits. @returns the send's id */
  async start(scope: Scope, order: SendOrder): Promise<string> {
    const id = newId();
    await this.db.transaction(scope, async () => {
      await this.channels.get(scope, order.channelId);
      const contents = contentsOf(order);
      const send = await this.insert(scope, id, order, contents);
      const { audience } = order;
      const few = 'people' in audience && audience.people.length <= MOST_AT_ONCE;
      if ('people' in audience) await this.naming.namePeople(scope, id, audience);
      if (few && (send.checkedAt || contents[0]!.unfit)) await this.slices.planAtOnce(scope, send, contents);
      else await this.jobs.enqueue(scope, planSend, { workspaceId: scope.workspaceId, sendId: id });
    });
    return id;
  }

  /** @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<Send> {
    const send = await this.sends.find(scope, id);
    if (!send) throw notFound('send');
    return send;
  }

  /** No request is begun from a second later on. @returns false where it was not going on */
  pause(scope: Scope, id: string): Promise<boolean> {
    return this.sends.stop(scope, id, 'paused', null);
  }

  /** @returns false where it was not paused */
  async resume(scope: Scope, id: string): Promise<boolean> {
    return this.db.transaction(scope, async () => {
      const state = await this.sends.resume(scope, id);
      if (!state) return false;
      await this.wake(scope, id, state === 'planning');
      return true;
    });
  }

  /** Who has not been sent to will not be; who has been stays accepted. @returns false where it had ended */
  async cancel(scope: Scope, id: string): Promise<boolean> {
    return this.db.transaction(scope, async () => {
      const before = await this.sends.find(scope, id);
      if (!(await this.sends.cancel(scope, id))) return false;
      // Planning goes on without sending, so that everyone named is told why they got nothing.
      await this.wake(scope, id, before?.plannedAt === null);
      await this.sends.finish(scope, { sendId: id });
      return true;
    });
  }

  /**
   * Lets the rest of a send go, which was held until its first part had shown how people take it.
   * @param variant whose content they are sent @returns false where nothing is held any more
   */
  async release(scope: Scope, id: string, variant = 0): Promise<boolean> {
    return this.db.transaction(scope, async () => {
      if ((await this.sends.release(scope, id, variant)) === 0) return false;
      await this.wake(scope, id, false);
      return true;
    });
  }

  /** LINE users of a channel as people to name in `start`; who is not known to the channel is missing. */
  peopleByLineUser(scope: Scope, channelId: string, userIds: readonly string[]): Promise<Map<string, string>> {
    return this.sends.peopleByLineUser(scope, channelId, userIds);
  }

  private async insert(
    scope: Scope,
    id: string,
    order: SendOrder,
    contents: readonly MessageContent[],
  ): Promise<NewSend> {
    const { channelId, origin, audience } = order;
    const contentHash = MessageContent.hashOf(contents);
    const now = scope.clock.now();
    const since = new Date(now.getTime() - TAKEN_FOR_MS);
    const again = origin.kind === 'journey';
    const send: NewSend = {
      id,
      channelId,
      originKind: origin.kind,
      originId: origin.id,
      class: order.class,
      messages: order.messages,
      contentHash,
      personalised: contents.some((content) => content.personalised),
      unit: order.unit,
      rule: 'rule' in audience ? audience.rule : null,
      role: order.role ?? null,
      split: order.split ?? null,
      value: order.value ?? 0,
      window: order.window ?? null,
      most: order.most ?? null,
      asOf: 'rule' in audience ? audience.asOf : now,
      checkedAt: again ? await this.sends.takenSince(scope, { channelId, contentHash }, since) : null,
    };
    await this.sends.insert(scope, send);
    return send;
  }

  private async wake(scope: Scope, id: string, plan: boolean): Promise<void> {
    const { workspaceId } = scope;
    const { channelId } = await this.get(scope, id);
    if (plan) await this.jobs.enqueue(scope, planSend, { workspaceId, sendId: id });
    await this.jobs.enqueue(scope, drainChannel, { workspaceId, channelId });
  }
}

/** What an order says, by variant, checked. */
function contentsOf({ messages, split, withEvent }: SendOrder): MessageContent[] {
  const written = [messages, ...(split?.variants ?? []).map((variant) => variant.messages)];
  return written.map((one) => (withEvent ? MessageContent.ofEvent(one) : MessageContent.read(one)));
}
