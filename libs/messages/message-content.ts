import { createHash } from 'node:crypto';
import { check, invalid, pointerStep, type FieldError } from '#kernel';
import { LINE_LIMITS, type LineMessage } from '#line';
import { SAMPLE_ADDRESS } from './addresses.js';
import { MessageTemplate, type VariablePlace } from './message-template.js';
import { messageObjects } from './objects/message.js';
import { expand, hasRepetition, repetitionErrors, writtenPath } from './repetition.js';
import { isEventVariable, isMemberVariable, type VariableValues } from './variables.js';

/** A value of one character for the check at saving: limits hold at least for the shortest value there can be. */
const SHORTEST = 'x';
/** Messages of events that are kept at hand; beyond it the oldest are read again. */
const KEPT = 200;
const MOST_MESSAGES = LINE_LIMITS.messagesPerRequest;
const COUNT = `must be a list of 1 to ${MOST_MESSAGES} messages`;

/** Why one person's messages cannot be sent. */
export type Unsendable = { missing: string } | { unfit: FieldError };

export interface ReadOptions {
  /** Lets variables of an event in, and lists that are repeated for each of its items. */
  event?: true;
}

/** Messages that were checked: what a send freezes. */
export class MessageContent {
  /** What an event's messages turned out to be: hundreds of people a second are sent the same few. */
  private static readonly known = new Map<string, MessageContent>();
  private repeated?: boolean;

  private constructor(
    /** The message objects as they were written, with their placeholders. */
    readonly messages: readonly object[],
    private readonly template: MessageTemplate,
    /** Where each variable stands in the messages as they were written. */
    readonly places: readonly VariablePlace[],
    /** Why these messages can be sent to nobody, whatever the values. */
    readonly unfit?: FieldError,
  ) {}

  /**
   * Reads what somebody wrote, or what was stored. With `event`, variables of an element that is repeated are those of the
   * first item, `event.items.0.name`, and limits must hold with one item and with the most; such messages are expanded
   * before they are sent.
   * @param basePath JSON pointer of the messages in the request
   * @throws AppError 400 with every place that LINE would refuse or that names an unknown variable
   */
  static read(messages: unknown, basePath = '', { event }: ReadOptions = {}): MessageContent {
    const written = listOfObjects(messages, basePath);
    const wrong = event ? repetitionErrors(written, '') : [];
    if (wrong.length > 0) throw invalid(below(basePath, wrong));
    const { template, errors } = event ? readRepeated(written) : readAs(written, isMemberVariable);
    if (!template || errors.length > 0) throw invalid(below(basePath, errors));
    const places = event ? asWritten(written, template.places, ONE_ITEM) : template.places;
    return new MessageContent(written, template, below(basePath, places));
  }

  /**
   * Reads messages that were written and read before, with their lists expanded for one event. What breaks a limit now
   * does so because of this event: they are unfit for everybody.
   * @throws AppError 400 where a variable is unknown
   */
  static ofEvent(messages: readonly object[]): MessageContent {
    const written = JSON.stringify(messages);
    const known = MessageContent.known.get(written);
    if (known) return known;
    const { template, errors } = readAs(messages, isVariable);
    if (!template) throw invalid(errors);
    const content = new MessageContent(messages, template, template.places, errors[0]);
    content.mustBeExpanded();
    const [oldest] = MessageContent.known.keys();
    if (MessageContent.known.size >= KEPT && oldest !== undefined) MessageContent.known.delete(oldest);
    MessageContent.known.set(written, content);
    return content;
  }

  /** Whether people are to be told apart, because of their values; then each needs a request of their own. */
  get personalised(): boolean {
    return this.template.personalised || this.unfit !== undefined;
  }

  /** Names of all variables in it. */
  get variables(): readonly string[] {
    return this.template.variables;
  }

  /** Names of the variables without which a person is skipped. */
  get requiredVariables(): readonly string[] {
    return this.template.required;
  }

  /** Identifies contents in their order: equal messages, equal hash. */
  static hashOf(contents: readonly MessageContent[]): Buffer {
    const hash = createHash('sha256');
    for (const { messages } of contents) hash.update(JSON.stringify(messages));
    return hash.digest();
  }

  /** What this person would be sent, or why not: a hole, or values that break one of LINE's limits. */
  forPerson(values: VariableValues): { messages: LineMessage[] } | Unsendable {
    this.mustBeExpanded();
    if (this.unfit) return { unfit: this.unfit };
    if (!this.personalised) return { messages: this.messages as LineMessage[] };
    const missing = this.template.missing(values);
    if (missing) return { missing };
    const messages = this.template.fill(values);
    const [unfit] = limitErrors(messages);
    return unfit ? { unfit } : { messages: messages as LineMessage[] };
  }

  /** The messages of a made-up person, for LINE's own check before anybody is sent anything. */
  sample(): LineMessage[] {
    return this.template.fill(samples(this.template)) as LineMessage[];
  }

  private mustBeExpanded(): void {
    this.repeated ??= hasRepetition(this.messages);
    if (this.repeated) throw new Error('Messages are to be expanded for an event before they are sent.');
  }
}

type LengthOf = (list: string) => number;
const ONE_ITEM: LengthOf = () => 1;
const ALL_ITEMS: LengthOf = () => Infinity;

interface Read {
  /** Absent where a placeholder is wrong. */
  template?: MessageTemplate;
  errors: FieldError[];
}

const isVariable = (name: string) => isMemberVariable(name) || isEventVariable(name);

function readAs(messages: readonly object[], accepts: (variable: string) => boolean): Read {
  const read = MessageTemplate.read(messages, { accepts });
  if ('template' in read)
    return { template: read.template, errors: limitErrors(read.template.fill(samples(read.template))) };
  // What is wrong with the messages themselves is told beside what is wrong with their placeholders.
  return { errors: firstOfEach([...read.errors, ...limitErrors(messages)]) };
}

/** As for an event with one item in each list; more items may break limits of their own. */
function readRepeated(written: readonly object[]): Read {
  const [one, all] = [ONE_ITEM, ALL_ITEMS].map((lengthOf) => {
    const read = readAs(expand(written, lengthOf), isVariable);
    return { ...read, errors: asWritten(written, read.errors, lengthOf) };
  });
  return { template: one!.template, errors: firstOfEach([...one!.errors, ...all!.errors]) };
}

function asWritten<T extends { path: string }>(
  written: readonly object[],
  places: readonly T[],
  lengthOf: LengthOf,
): T[] {
  return places.map((place) => ({ ...place, path: writtenPath(written, place.path, lengthOf) }));
}

function below<T extends { path: string }>(basePath: string, places: readonly T[]): T[] {
  return places.map((place) => ({ ...place, path: basePath + place.path }));
}

function firstOfEach(errors: readonly FieldError[]): FieldError[] {
  return [...new Map(errors.toReversed().map((error) => [error.path, error])).values()].reverse();
}

function listOfObjects(messages: unknown, basePath: string): object[] {
  if (!Array.isArray(messages) || messages.length < 1 || messages.length > MOST_MESSAGES)
    throw invalid([{ path: basePath, detail: COUNT }]);
  const strangers = messages.findIndex((message) => typeof message !== 'object' || message === null);
  if (strangers !== -1) throw invalid([{ path: basePath + pointerStep(strangers), detail: 'must be an object' }]);
  return messages as object[];
}

/** Without a value the fallback is written; only what has none needs a sample. */
function samples(template: MessageTemplate): VariableValues {
  return Object.fromEntries(
    template.required.map((name) => [name, template.addresses.has(name) ? SAMPLE_ADDRESS : SHORTEST]),
  );
}

function limitErrors(messages: readonly object[]): FieldError[] {
  if (messages.length < 1 || messages.length > MOST_MESSAGES) return [{ path: '', detail: COUNT }];
  return messages.flatMap((message, index) => check(messageObjects, message, pointerStep(index)).errors ?? []);
}
