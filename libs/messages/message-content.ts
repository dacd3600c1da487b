import { createHash } from 'node:crypto';
import { check, invalid, pointerStep, type FieldError } from '#kernel';
import { LINE_LIMITS, type LineMessage } from '#line';
import { MessageTemplate } from './message-template.js';
import { messageObjects } from './objects/message.js';
import type { VariableValues } from './variables.js';

/** A value of one character for the check at saving: limits hold at least for the shortest value there can be. */
const SHORTEST = 'x';

/** Why one person's messages cannot be sent. */
export type Unsendable = { missing: string } | { unfit: FieldError };

/** Messages that were checked: what a send freezes. */
export class MessageContent {
  private constructor(
    /** The message objects as they were written, with their placeholders. */
    readonly messages: readonly object[],
    private readonly template: MessageTemplate,
  ) {}

  /**
   * Reads what somebody wrote, or what was stored.
   * @param basePath JSON pointer of the messages in the request
   * @throws AppError 400 with every place that LINE would refuse or that names an unknown variable
   */
  static read(messages: unknown, basePath = ''): MessageContent {
    const most = LINE_LIMITS.messagesPerRequest;
    if (!Array.isArray(messages) || messages.length < 1 || messages.length > most)
      throw invalid([{ path: basePath, detail: `must be a list of 1 to ${most} messages` }]);
    const strangers = messages.findIndex((message) => typeof message !== 'object' || message === null);
    if (strangers !== -1) throw invalid([{ path: basePath + pointerStep(strangers), detail: 'must be an object' }]);
    const read = MessageTemplate.read(messages as object[], basePath);
    // What is wrong with the messages themselves is told beside what is wrong with their placeholders.
    const errors = 'errors' in read ? read.errors : [];
    const filled = 'errors' in read ? (messages as object[]) : read.template.fill(samples(read.template));
    const told = new Set(errors.map(({ path }) => path));
    errors.push(...limitErrors(filled, basePath).filter(({ path }) => !told.has(path)));
    if ('errors' in read || errors.length > 0) throw invalid(errors);
    return new MessageContent(messages as object[], read.template);
  }

  /** Whether different people get different messages; then each needs a request of their own. */
  get personalised(): boolean {
    return this.template.personalised;
  }

  /** Names of all variables in it. */
  get variables(): readonly string[] {
    return this.template.variables;
  }

  /** Names of the variables without which a person is skipped. */
  get requiredVariables(): readonly string[] {
    return this.template.required;
  }

  /** Identifies the content: equal messages, equal hash. */
  hash(): Buffer {
    return createHash('sha256').update(JSON.stringify(this.messages)).digest();
  }

  /** What this person would be sent, or why not: a hole, or values that break one of LINE's limits. */
  forPerson(values: VariableValues): { messages: LineMessage[] } | Unsendable {
    if (!this.personalised) return { messages: this.messages as LineMessage[] };
    const missing = this.template.missing(values);
    if (missing) return { missing };
    const messages = this.template.fill(values);
    const [unfit] = limitErrors(messages, '');
    return unfit ? { unfit } : { messages: messages as LineMessage[] };
  }

  /** The messages of a made-up person, for LINE's own check before anybody is sent anything. */
  sample(): LineMessage[] {
    return this.template.fill(samples(this.template)) as LineMessage[];
  }
}

/** Without a value the fallback is written; only what has none needs a sample. */
function samples(template: MessageTemplate): VariableValues {
  return Object.fromEntries(template.required.map((name) => [name, SHORTEST]));
}

function limitErrors(messages: readonly object[], basePath: string): FieldError[] {
  return messages.flatMap(
    (message, index) => check(messageObjects, message, basePath + pointerStep(index)).errors ?? [],
  );
}
