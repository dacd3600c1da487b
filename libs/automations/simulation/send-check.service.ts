import { Injectable } from '@nestjs/common';
import { Forecasts, type Forecast, type SendClass, type SkipReason, type Slot } from '#delivery';
import type { Scope } from '#kernel';
import { eventValues, EVENT_PREFIX, expandForEach, MessageContent, type VariableValues } from '#messages';
import type { SendStep } from '../definition/steps.js';
import type { SimulatedSend } from './member-walk.js';
import { unreachable, type Addressing, type KnownPerson } from './reachability.js';
import { SimulationRepository } from './simulation.repository.js';

/** Shapes of one journey's messages kept at a time: carts of one to ten items, and then some. */
const MOST_SHAPES = 1_000;

/** What would become of a send. */
export interface CheckedSend extends SimulatedSend {
  memberId: string;
  /** When its request would leave, which waits for the end of quiet hours; of what is skipped, when it was decided. */
  leavesAt: number;
  /** Absent: it would be sent. */
  skipped?: SkipReason;
  /** As the person would get them. */
  messages?: readonly object[];
}

/** Finds out whom LINE would be asked to send to, and why not the others. */
@Injectable()
export class SendCheck {
  constructor(
    private readonly repository: SimulationRepository,
    private readonly forecasts: Forecasts,
  ) {}

  /**
   * For one journey; contents are read once for all people.
   * @param journeyId of the saved journey that it is, or is a draft of: what it has sent itself does not count against what it would send
   */
  async of(scope: Scope, channelId: string, journeyId: string | null): Promise<SendChecking> {
    const forecast = await this.forecasts.of(scope);
    return new SendChecking(this.repository, scope, channelId, {
      forecast,
      slots: (memberIds) => this.forecasts.slots(scope, memberIds, journeyId),
    });
  }
}

/** What delivery would do. */
interface Delivery {
  forecast: Forecast;
  slots(memberIds: readonly string[]): Promise<Map<string, Slot[]>>;
}

interface KnownMember extends KnownPerson {
  /** What they were sent; what they would be sent is added. */
  slots: Slot[];
}

type Addressed = SimulatedSend & { memberId: string };

export class SendChecking {
  private readonly contents = new Map<SendStep, Map<string, MessageContent>>();
  private readonly repeating = new Map<SendStep, boolean>();

  constructor(
    private readonly repository: SimulationRepository,
    private readonly scope: Scope,
    private readonly channelId: string,
    private readonly delivery: Delivery,
  ) {}

  /** @param sends of each member in order of time @returns in the order of the sends. In the ambient transaction */
  async check(sends: readonly Addressed[]): Promise<CheckedSend[]> {
    if (sends.length === 0) return [];
    const people = await this.people(membersOf(sends));
    const judged = sends.map((send) => {
      return { send, skipped: unreachable(people.get(send.memberId)!, addressing(send.step), send.at) };
    });
    const reached = judged.filter(({ skipped }) => skipped === undefined).map(({ send }) => send);
    const contents = new Map(reached.map((send) => [send, this.contentOf(send)]));
    const values = await this.memberValues(reached, [...contents.values()]);
    const checked: CheckedSend[] = [];
    for (const { send, skipped } of judged) {
      const content = contents.get(send);
      const decided = { ...send, leavesAt: send.at };
      if (!content) checked.push({ ...decided, skipped });
      else checked.push(this.leave(this.fill(decided, content, values.get(send.memberId)), people.get(send.memberId)!));
      if (checked.length % AT_ONCE === 0) await breathe();
    }
    return checked;
  }

  private async people(memberIds: string[]): Promise<Map<string, KnownMember>> {
    const links = await this.repository.links(this.scope, this.channelId, memberIds);
    const optOuts = await this.repository.optOuts(this.scope, memberIds, {});
    const slots = this.delivery.forecast.hasCaps ? await this.delivery.slots(memberIds) : NO_SLOTS;
    return new Map(
      memberIds.map((id) => {
        return [id, { links: links.get(id) ?? [], optOuts: optOuts.get(id) ?? [], slots: slots.get(id) ?? [] }];
      }),
    );
  }

  /** Planned when it is decided, it may have to wait, and is judged again when it leaves. */
  private leave(send: CheckedSend, member: KnownMember): CheckedSend {
    const { forecast } = this.delivery;
    const of = classOf(send.step);
    const { messages: _, ...unsent } = send;
    if (send.skipped === 'missing_variable') return send;
    if (forecast.isCapped(of, send.at, member.slots)) return { ...unsent, skipped: 'capped' };
    if (send.skipped) return send;
    const leavesAt = forecast.leavesAt(of, send.at);
    if (leavesAt === undefined) return { ...unsent, skipped: 'expired' };
    const skipped = leavesAt > send.at ? unreachable(member, addressing(send.step), leavesAt) : undefined;
    if (skipped) return { ...unsent, skipped };
    // Of friends who are not linked nothing is counted.
    if (!send.memberId.startsWith('-')) member.slots.push({ class: of, at: send.at, leftAt: leavesAt });
    return { ...send, leavesAt };
  }

  private fill(send: CheckedSend, content: MessageContent, ofMember: VariableValues | undefined): CheckedSend {
    const values = { ...ofMember, ...eventValues(content, send.body, this.scope) };
    const personal = content.forPerson(values);
    if ('missing' in personal) return { ...send, skipped: 'missing_variable' };
    return 'unfit' in personal ? { ...send, skipped: 'unfit_message' } : { ...send, messages: personal.messages };
  }

  private contentOf({ step, body }: SimulatedSend): MessageContent {
    const repeats = this.repeating.get(step) ?? JSON.stringify(step.messages).includes('"forEach"');
    this.repeating.set(step, repeats);
    const messages = repeats ? expandForEach(step.messages, body) : step.messages;
    const shape = repeats ? JSON.stringify(messages) : '';
    const ofStep = this.contents.get(step) ?? new Map<string, MessageContent>();
    this.contents.set(step, ofStep);
    const known = ofStep.get(shape);
    if (known) return known;
    const content = MessageContent.ofEvent(messages);
    if (ofStep.size >= MOST_SHAPES) ofStep.clear();
    ofStep.set(shape, content);
    return content;
  }

  private async memberValues(sends: readonly Addressed[], contents: readonly MessageContent[]) {
    const variables = new Set<string>();
    for (const content of new Set(contents))
      for (const name of content.variables) if (!name.startsWith(EVENT_PREFIX)) variables.add(name);
    if (variables.size === 0) return new Map<string, VariableValues>();
    return this.repository.values(this.scope, membersOf(sends), [...variables].sort());
  }
}

const NO_SLOTS: ReadonlyMap<string, Slot[]> = new Map();
/** Messages filled in before others in this process get their turn. */
const AT_ONCE = 100;

function classOf({ class: of = 'triggered' }: SendStep): SendClass {
  return of;
}

function addressing(step: SendStep): Addressing {
  return { class: classOf(step), role: step.role };
}

function membersOf(sends: readonly Addressed[]): string[] {
  return [...new Set(sends.map(({ memberId }) => memberId))];
}

function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
