import { IsInt, IsObject, IsOptional, Matches, Max, Min } from 'class-validator';
import { check, CheckedLater, pointerStep, type FieldError } from '#kernel';
import { valueAt } from './event-values.js';
import { WrittenText, type Writing } from './placeholders.js';
import { EVENT_PREFIX } from './variables.js';

/** Where an element does not say how many items it shows: as many as a carousel has columns. */
export const USUAL_ITEMS = 10;
/** More than any of LINE's lists that people look at. */
const MOST_ITEMS = 50;

/**
 * An element of a list that stands for one element an item of a list in the event. In it `{{item.name}}` is a field of
 * the item.
 */
export class Repetition {
  /** `event.items` */
  @Matches(/^event(?:\.[A-Za-z][A-Za-z0-9]{0,63}){1,3}$/, {
    message: 'must name a list of the event, such as event.items',
  })
  forEach: string;
  /** Items that are shown, the first ones; default 10. */
  @IsOptional() @IsInt() @Min(1) @Max(MOST_ITEMS) max?: number;
  @CheckedLater() @IsObject() item: object;
}

function isRepetition(value: unknown): value is Repetition {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'forEach');
}

/** What is wrong with the repetitions themselves, by JSON pointer below `path`. */
export function repetitionErrors(value: unknown, path: string, inside = false): FieldError[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) => {
    const place = path + pointerStep(key);
    if (!Array.isArray(value) || !isRepetition(child)) return repetitionErrors(child, place, inside);
    if (inside) return [{ path: place, detail: 'must not stand in another forEach' }];
    const { errors } = check(Repetition, child, place);
    return errors ?? repetitionErrors(child.item, `${place}/item`, true);
  });
}

/** Whether there is anything to expand. */
export function hasRepetition(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(
    (child: unknown) => (Array.isArray(value) && isRepetition(child)) || hasRepetition(child),
  );
}

/**
 * Puts one element an item in place of each `{ forEach, max?, item }`: what is in it speaks of `event.items.0.name` where
 * it spoke of `item.name`. A list that the event does not have is empty. Messages are to have been read before.
 * @param body the fields of the event
 */
export function expandForEach(messages: readonly object[], body: Readonly<Record<string, unknown>>): object[] {
  return expand(messages, (list) => {
    const items = valueAt(body, list.slice(EVENT_PREFIX.length).split('.'));
    return Array.isArray(items) ? items.length : 0;
  });
}

/** @param lengthOf how many items a list has, by its name */
export function expand(messages: readonly object[], lengthOf: (list: string) => number): object[] {
  return new Expansion(lengthOf).list(messages) as object[];
}

/** Where a place of the expanded messages stands in those that were written. @param lengthOf as they were expanded */
export function writtenPath(messages: readonly object[], path: string, lengthOf: (list: string) => number): string {
  let node: unknown = messages;
  let written = '';
  for (const segment of path.split('/').slice(1)) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!Array.isArray(node)) {
      written += `/${segment}`;
      node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined;
      continue;
    }
    const [index, element] = elementAt(node, Number(key), lengthOf);
    written += isRepetition(element) ? `/${index}/item` : `/${index}`;
    node = isRepetition(element) ? element.item : element;
  }
  return written;
}

function elementAt(list: unknown[], place: number, lengthOf: (list: string) => number): [number, unknown] {
  let before = 0;
  for (const [index, element] of list.entries()) {
    before += isRepetition(element) ? itemsOf(element, lengthOf) : 1;
    if (place < before) return [index, element];
  }
  return [place, undefined];
}

function itemsOf({ forEach, max = USUAL_ITEMS }: Repetition, lengthOf: (list: string) => number): number {
  return Math.min(lengthOf(forEach), max);
}

/** Which item an element is made for: what `item` is called outside of it. */
type Item = string | undefined;

class Expansion {
  constructor(private readonly lengthOf: (list: string) => number) {}

  list(list: readonly unknown[], item?: Item): unknown[] {
    return list.flatMap((element) => {
      if (!isRepetition(element)) return [this.value(element, item)];
      const names = Array.from({ length: itemsOf(element, this.lengthOf) }, (_, n) => `${element.forEach}.${n}`);
      return names.map((name) => this.value(element.item, name));
    });
  }

  private value(value: unknown, item: Item): unknown {
    if (typeof value === 'string') return renamed(value, 'plain', item).text;
    if (Array.isArray(value)) return this.list(value, item);
    return typeof value === 'object' && value !== null ? this.object(value, item) : value;
  }

  private object(object: object, item: Item): object {
    const { type, text, emojis } = object as { type?: unknown; text?: unknown; emojis?: unknown };
    const copy = Object.fromEntries(Object.entries(object).map(([key, value]) => [key, this.value(value, item)]));
    if (typeof text !== 'string' || item === undefined) return copy;
    if (type === 'textV2') return { ...copy, text: renamed(text, 'braces of item', item).text };
    if (type !== 'text' || !Array.isArray(emojis)) return copy;
    const whole = renamed(text, 'plain', item);
    const moved = emojis.map((emoji: unknown) => {
      const { index } = Object(emoji) as { index?: unknown };
      return typeof index === 'number' ? { ...(emoji as object), index: whole.at(index) } : emoji;
    });
    return { ...copy, emojis: moved };
  }
}

/** A text that cannot be read stays as it is: whoever reads the messages will say so. */
function renamed(text: string, writing: Writing, item: Item): { text: string; at(index: number): number } {
  const unchanged = { text, at: (index: number) => index };
  if (item === undefined || !text.includes('{{')) return unchanged;
  const written = WrittenText.read(text, writing, () => true);
  if ('problem' in written) return unchanged;
  return written.rename((variable) =>
    variable === 'item' || variable.startsWith('item.') ? item + variable.slice('item'.length) : variable,
  );
}
