import { Injectable } from '@nestjs/common';
import type { SkipReason } from '#delivery';
import type { Scope } from '#kernel';
import { eventValues, EVENT_PREFIX, expandForEach, MessageContent, type VariableValues } from '#messages';
import type { SendStep } from '../definition/steps.js';
import type { SimulatedSend } from './member-walk.js';
import { unreachable, type KnownLink } from './reachability.js';
import { SimulationRepository } from './simulation.repository.js';

/** Shapes of one journey's messages kept at a time: carts of one to ten items, and then some. */
const MOST_SHAPES = 1_000;

/** What would become of a send. */
export interface CheckedSend extends SimulatedSend {
  memberId: string;
  /** Absent: it would be sent. */
  skipped?: SkipReason;
  /** As the person would get them. */
  messages?: readonly object[];
}

/** Finds out whom LINE would be asked to send to, and why not the others. */
@Injectable()
export class SendCheck {
  constructor(private readonly repository: SimulationRepository) {}

  /** For one journey; contents are read once for all people. */
  of(scope: Scope, channelId: string): SendChecking {
    return new SendChecking(this.repository, scope, channelId);
  }
}

type Addressed = SimulatedSend & { memberId: string };

export class SendChecking {
  private readonly contents = new Map<SendStep, Map<string, MessageContent>>();
  private readonly repeating = new Map<SendStep, boolean>();

  constructor(
    private readonly repository: SimulationRepository,
    private readonly scope: Scope,
    private readonly channelId: string,
  ) {}

  /** In the order of the sends, in the ambient transaction. */
  async check(sends: readonly Addressed[]): Promise<CheckedSend[]> {
    if (sends.length === 0) return [];
    const links = await this.repository.links(this.scope, this.channelId, membersOf(sends));
    const judged = sends.map((send) => ({ send, skipped: unreachable(links.get(send.memberId) ?? NO_LINKS, send.at) }));
    const reached = judged.filter(({ skipped }) => skipped === undefined).map(({ send }) => send);
    const contents = new Map(reached.map((send) => [send, this.contentOf(send)]));
    const values = await this.memberValues(reached, [...contents.values()]);
    const checked: CheckedSend[] = [];
    for (const { send, skipped } of judged) {
      const content = contents.get(send);
      checked.push(content ? this.fill(send, content, values.get(send.memberId)) : { ...send, skipped });
      if (checked.length % AT_ONCE === 0) await breathe();
    }
    return checked;
  }

  private fill(send: Addressed, content: MessageContent, ofMember: VariableValues | undefined): CheckedSend {
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

const NO_LINKS: readonly KnownLink[] = [];
/** Messages filled in before others in this process get their turn. */
const AT_ONCE = 100;

function membersOf(sends: readonly Addressed[]): string[] {
  return [...new Set(sends.map(({ memberId }) => memberId))];
}

function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
