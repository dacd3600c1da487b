import { pointerStep, type FieldError } from '#kernel';
import { ADDRESSES } from './addresses.js';
import { presentValue, WrittenText, type Writing } from './placeholders.js';
import { isMemberVariable, type VariableValues } from './variables.js';

type Fill = (values: VariableValues) => unknown;

/** Where a variable stands in the messages. */
export interface VariablePlace {
  variable: string;
  /** JSON pointer of the text it stands in. */
  path: string;
  /** Whether something is written there for who has no value. */
  hasFallback: boolean;
}

/** How messages are read. */
export interface TemplateOptions {
  /** JSON pointer of the messages. */
  basePath?: string;
  /** Whether there is such a variable; default: those of a member. */
  accepts?: (variable: string) => boolean;
}

/**
 * Messages with places for a person's values. Values go into the strings of the parsed messages, never into JSON text,
 * and are not read again: one that contains `{{member.rank}}` or a quotation mark is just those characters.
 */
export class MessageTemplate {
  /** Names of all variables, each once. */
  readonly variables: readonly string[];
  /** Those that stand somewhere without a fallback: who lacks one of them is skipped. */
  readonly required: readonly string[];
  /** Those that are the whole of an address somewhere: for them only an address is a value. */
  readonly addresses: ReadonlySet<string>;
  /** Every place, in the order of the messages. */
  readonly places: readonly VariablePlace[];
  private readonly fills: Fill[];

  private constructor(reading: Reading, fills: Fill[]) {
    this.fills = fills;
    this.places = reading.places;
    this.addresses = reading.addresses;
    this.variables = [...new Set(this.places.map(({ variable }) => variable))].sort();
    const required = new Set(this.places.filter(({ hasFallback }) => !hasFallback).map(({ variable }) => variable));
    this.required = this.variables.filter((name) => required.has(name));
  }

  /** @returns the template, or every placeholder that is wrong, by JSON pointer below `basePath` */
  static read(
    messages: readonly object[],
    { basePath = '', accepts = isMemberVariable }: TemplateOptions = {},
  ): { template: MessageTemplate } | { errors: FieldError[] } {
    const reading = new Reading(accepts);
    const fills = messages.map((message, index) => reading.message(message, basePath + pointerStep(index)));
    if (reading.errors.length > 0) return { errors: reading.errors };
    return { template: new MessageTemplate(reading, fills) };
  }

  /** Whether different people get different messages. */
  get personalised(): boolean {
    return this.variables.length > 0;
  }

  /** The first variable without a value that would leave a hole. */
  missing(values: VariableValues): string | undefined {
    return this.required.find((name) => presentValue(values, name) === undefined);
  }

  /** The messages for one person; limits are to be checked again. */
  fill(values: VariableValues): object[] {
    return this.fills.map((fill) => fill(values) as object);
  }
}

/** Walks messages once; what holds no placeholder is shared by all persons. */
class Reading {
  readonly places: VariablePlace[] = [];
  readonly addresses = new Set<string>();
  readonly errors: FieldError[] = [];

  constructor(private readonly accepts: (variable: string) => boolean) {}

  message(message: object, path: string): Fill {
    const { type, text, emojis } = message as { type?: unknown; text?: unknown; emojis?: unknown };
    const whole = this.object(message, path, type === 'textV2' ? 'text' : undefined);
    if (type !== 'text' || typeof text !== 'string' || !Array.isArray(emojis) || !whole)
      return whole ?? (() => message);
    return this.withMovedEmojis(whole, text, emojis as { index?: unknown }[], path);
  }

  private value(value: unknown, path: string, writing: Writing): Fill | undefined {
    if (typeof value === 'string') return this.text(value, path, writing);
    if (Array.isArray(value)) return this.list(value, path, writing);
    return typeof value === 'object' && value !== null ? this.object(value, path) : undefined;
  }

  private object(object: object, path: string, bracesIn?: string): Fill | undefined {
    const fills: [string, Fill][] = [];
    for (const [name, value] of Object.entries(object)) {
      const writing = name === bracesIn ? 'braces' : (ADDRESSES.get(name) ?? 'plain');
      const fill = this.value(value, path + pointerStep(name), writing);
      if (fill) fills.push([name, fill]);
    }
    if (fills.length === 0) return undefined;
    return (values) => ({ ...object, ...Object.fromEntries(fills.map(([name, fill]) => [name, fill(values)])) });
  }

  private list(list: unknown[], path: string, writing: Writing): Fill | undefined {
    const fills = list.map((item, index) => this.value(item, path + pointerStep(index), writing));
    if (fills.every((fill) => fill === undefined)) return undefined;
    return (values) => list.map((item, index) => fills[index]?.(values) ?? item);
  }

  private text(text: string, path: string, writing: Writing): Fill | undefined {
    const written = WrittenText.read(text, writing, this.accepts);
    if ('problem' in written) {
      this.errors.push({ path, detail: written.problem });
      return undefined;
    }
    if (written.placeholders.length === 0) return undefined;
    for (const { variable, fallback } of written.placeholders) {
      this.places.push({ variable, path, hasFallback: fallback !== undefined });
      if (written.isWholeAddress) this.addresses.add(variable);
    }
    return (values) => written.fill(values).text;
  }

  /** LINE's emojis in a `text` stand at places of it, which move when values are longer or shorter than their names. */
  private withMovedEmojis(whole: Fill, text: string, emojis: { index?: unknown }[], path: string): Fill {
    const written = WrittenText.read(text, 'plain', this.accepts);
    if ('problem' in written) return whole;
    emojis.forEach(({ index }, i) => {
      if (typeof index === 'number' && written.covers(index))
        this.errors.push({ path: `${path}/emojis/${i}/index`, detail: 'must not lie inside a variable' });
    });
    return (values) => {
      const filled = written.fill(values);
      const moved = emojis.map((emoji) => ({ ...emoji, index: filled.at(emoji.index as number) }));
      return { ...(whole(values) as object), emojis: moved };
    };
  }
}
