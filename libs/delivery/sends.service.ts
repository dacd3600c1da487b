import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Database } from '#database';
import { Jobs } from '#jobs';
import { newId, notFound, type Scope } from '#kernel';
import type { LinkRole } from '#linking';
import { MessageContent } from '#messages';
import { drainChannel, planSend } from './delivery.jobs.js';
import type { SendClass, SendOrigin } from './ledger/send.entity.js';
import {
  SendsRepository,
  type OutcomeFilter,
  type RecipientOutcome,
  type Send,
  type SendTotals,
} from './ledger/sends.repository.js';
import { PlanningRepository } from './planning/planning.repository.js';

/** What an upper floor decides to send. */
export interface SendOrder {
  channelId: string;
  origin: { kind: SendOrigin; id: string };
  class: SendClass;
  messages: readonly object[];
  /** Aggregation unit; none for a test. */
  unit: string | null;
  /** Only people who are linked in this role are sent to; default: in any. */
  role?: LinkRole | null;
  /** Everyone the rule names at `asOf`, or people named one by one: members.id, or minus line_users.id. */
  audience: { rule: object; asOf: Date } | { people: readonly string[] };
}

/** Everything that LINE counts as a send begins here. */
@Injectable()
export class Sends {
  constructor(
    private readonly db: Database,
    private readonly sends: SendsRepository,
    private readonly planning: PlanningRepository,
    private readonly jobs: Jobs,
    private readonly channels: Channels,
  ) {}

  /** Decides to send, in the ambient transaction: it happens if and only if that commits. @returns the send's id */
  async start(scope: Scope, order: SendOrder): Promise<string> {
    const content = MessageContent.read(order.messages);
    const id = newId();
    const { audience } = order;
    await this.db.transaction(scope, async () => {
      await this.channels.get(scope, order.channelId);
      await this.sends.insert(scope, {
        id,
        channelId: order.channelId,
        originKind: order.origin.kind,
        originId: order.origin.id,
        class: order.class,
        messages: content.messages,
        contentHash: content.hash(),
        personalised: content.personalised,
        unit: order.unit,
        rule: 'rule' in audience ? audience.rule : null,
        role: order.role ?? null,
        asOf: 'rule' in audience ? audience.asOf : scope.clock.now(),
      });
      if ('people' in audience) await this.planning.namePeople(scope, id, audience.people);
      await this.jobs.enqueue(scope, planSend, { workspaceId: scope.workspaceId, sendId: id });
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

  /** By send; a send that does not exist has none. */
  totals(scope: Scope, ids: readonly string[]): Promise<Map<string, SendTotals>> {
    return this.sends.totals(scope, ids);
  }

  /** LINE users of a channel as people to name in `start`; who is not known to the channel is missing. */
  peopleByLineUser(scope: Scope, channelId: string, userIds: readonly string[]): Promise<Map<string, string>> {
    return this.sends.peopleByLineUser(scope, channelId, userIds);
  }

  /** What became of each person, in the order of their ids. */
  outcomes(scope: Scope, sendId: string, filter: OutcomeFilter): Promise<RecipientOutcome[]> {
    return this.sends.outcomes(scope, sendId, filter);
  }

  private async wake(scope: Scope, id: string, plan: boolean): Promise<void> {
    const { workspaceId } = scope;
    const { channelId } = await this.get(scope, id);
    if (plan) await this.jobs.enqueue(scope, planSend, { workspaceId, sendId: id });
    await this.jobs.enqueue(scope, drainChannel, { workspaceId, channelId });
  }
}
