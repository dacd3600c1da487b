import { pointerStep, type FieldError } from '#kernel';
import { presentValue, WrittenText, type Writing } from './placeholders.js';
import type { VariableValues } from './variables.js';

type Fill = (values: VariableValues) => unknown;

/** Fields that hold an address, in any message object. */
const ADDRESSES = new Set([
  'uri',
  'url',
  'linkUri',
  'desktop',
  'originalContentUrl',
  'previewImageUrl',
  'previewUrl',
  'thumbnailImageUrl',
  'imageUrl',
  'iconUrl',
  'baseUrl',
]);

/**
 * Messages with places for a person's values. Values go into the strings of the parsed messages, never into JSON text,
 * and are not read again: one that contains `{{member.rank}}` or a quotation mark is just those characters.
 */
export class MessageTemplate {
  /** Names of all variables, each once. */
  readonly variables: readonly string[];
  /** Those that stand somewhere without a fallback: who lacks one of them is skipped. */
  readonly required: readonly string[];
  private readonly fills: Fill[];

  private constructor(reading: Reading, fills: Fill[]) {
    this.fills = fills;
    this.variables = [...reading.variables.keys()].sort();
    this.required = this.variables.filter((name) => reading.variables.get(name));
  }

  /** @returns the template, or every placeholder that is wrong, by JSON pointer below `basePath` */
  static read(messages: readonly object[], basePath = ''): { template: MessageTemplate } | { errors: FieldError[] } {
    const reading = new Reading();
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
  /** Name → whether some place has no fallback. */
  readonly variables = new Map<string, boolean>();
  readonly errors: FieldError[] = [];

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
      const writing = name === bracesIn ? 'braces' : ADDRESSES.has(name) ? 'address' : 'plain';
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
    const written = WrittenText.read(text, writing);
    if ('problem' in written) {
      this.errors.push({ path, detail: written.problem });
      return undefined;
    }
    if (written.placeholders.length === 0) return undefined;
    for (const { variable, fallback } of written.placeholders) {
      this.variables.set(variable, this.variables.get(variable) === true || fallback === undefined);
    }
    return (values) => written.fill(values).text;
  }

  /** LINE's emojis in a `text` stand at places of it, which move when values are longer or shorter than their names. */
  private withMovedEmojis(whole: Fill, text: string, emojis: { index?: unknown }[], path: string): Fill {
    const written = WrittenText.read(text, 'plain');
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
