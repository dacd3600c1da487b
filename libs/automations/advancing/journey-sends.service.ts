import { Injectable } from '@nestjs/common';
import { Sends } from '#delivery';
import type { Scope } from '#kernel';
import { eventValues, expandForEach, MessageContent, type VariableValues } from '#messages';
import type { SendStep } from '../definition/steps.js';
import type { TracedDecision, TracedSend } from '../runs/trace.repository.js';
import type { PreparedJourney } from './prepared-journeys.js';
import type { Walk } from './walk.js';

/** People who get the same messages, but for the values in them. */
interface Group {
  journey: PreparedJourney;
  step: SendStep;
  messages: readonly object[];
  content: MessageContent;
  values: Map<string, VariableValues>;
  /** The decisions to send. */
  of: TracedDecision[];
}

/** Hands what runs send to delivery: one send for all people whose messages have the same shape. */
@Injectable()
export class JourneySends {
  private readonly repeating = new WeakMap<SendStep, boolean>();

  constructor(private readonly sends: Sends) {}

  /**
   * In the ambient transaction.
   * @param decided each walk with its new decisions, to whose details the send is added
   */
  async start(scope: Scope, decided: readonly { walk: Walk; decisions: TracedDecision[] }[]): Promise<TracedSend[]> {
    const groups = new Map<string, Group>();
    for (const { walk, decisions } of decided) this.sort(scope, groups, walk, decisions);
    const traced: TracedSend[] = [];
    for (const { journey, step, messages, values, of } of groups.values()) {
      const sendId = await this.sends.start(scope, {
        channelId: journey.prepared.definition.channelId,
        origin: { kind: 'journey', id: journey.id },
        class: step.class ?? 'triggered',
        messages,
        unit: unitOf(journey.id),
        role: step.role ?? null,
        audience: { people: [...values.keys()], values },
        withEvent: true,
      });
      for (const decision of of) {
        decision.detail = { ...decision.detail, sendId };
        const { memberId, runId, number, at } = decision;
        traced.push({ memberId, journeyId: journey.id, step: step.id, at, runId, number, sendId });
      }
    }
    return traced;
  }

  private sort(scope: Scope, groups: Map<string, Group>, walk: Walk, decisions: TracedDecision[]): void {
    const { journey, memberId, advance } = walk;
    const body = { ...advance.state.start.body };
    const sent = decisions.filter(({ decision }) => decision === 'sent');
    let nth = 0;
    for (const effect of advance.effects) {
      if (effect.do !== 'send') continue;
      const { step } = effect;
      const messages = this.messagesOf(step, body);
      const shape = messages === step.messages ? '' : JSON.stringify(messages);
      // A send goes to a person once: who gets the same twice is in two of them.
      let group: Group | undefined;
      for (let copy = 0; !group || group.values.has(memberId); copy++) {
        const key = JSON.stringify([journey.id, journey.version, step.id, copy, shape]);
        group = groups.get(key) ?? newGroup(journey, step, messages);
        groups.set(key, group);
      }
      group.values.set(memberId, eventValues(group.content, body, scope));
      group.of.push(sent[nth++]!);
    }
  }

  private messagesOf(step: SendStep, body: Record<string, unknown>): readonly object[] {
    let repeats = this.repeating.get(step);
    if (repeats === undefined) {
      repeats = JSON.stringify(step.messages).includes('"forEach"');
      this.repeating.set(step, repeats);
    }
    return repeats ? expandForEach(step.messages, body) : step.messages;
  }
}

function newGroup(journey: PreparedJourney, step: SendStep, messages: readonly object[]): Group {
  return { journey, step, messages, content: MessageContent.ofEvent(messages), values: new Map(), of: [] };
}

/** LINE's name for all sends of a journey: an id has 32 hex digits, a unit's name 30 characters; in base 36 it has 25. */
function unitOf(id: string): string {
  return `j_${BigInt(`0x${id.replaceAll('-', '')}`).toString(36)}`;
}
