import type { ErrorDetail } from '../messaging-api/line-refusal.js';
import { refusals } from '../messaging-api/line-refusal.js';

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property only: a body can name `__proto__` or `constructor`. */
export function field(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

const graphemes = new Intl.Segmenter('ja', { granularity: 'grapheme' });

/** How LINE counts where it counts what people see: a family emoji is one. */
export function graphemeCount(text: string): number {
  let count = 0;
  for (const _ of graphemes.segment(text)) count++;
  return count;
}

export interface TextRule {
  max: number;
  optional?: boolean;
  /** Most texts are counted in UTF-16 units; labels, titles and texts of templates in graphemes. */
  graphemes?: boolean;
  pattern?: RegExp;
}

const webUrl = /^https:\/\/[!-~]+$/i;
const tappableUri = /^(https?|line|tel):[!-~]+$/i;

/** How a property is named: from the outside in, nothing before the outermost. */
const pathOf = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`);

/** Collects what is wrong with a body, in LINE's words. A value of the wrong type ends the check, as at LINE. */
export class Problems {
  readonly details: ErrorDetail[] = [];

  add(property: string, message: string): void {
    this.details.push({ message, property });
  }

  throwIfAny(): void {
    if (this.details.length > 0) throw refusals.errors(this.details);
  }

  text(object: JsonObject, name: string, at: string, rule: TextRule): void {
    const value = field(object, name);
    const property = pathOf(at, name);
    if (value === undefined || value === null || value === '') {
      if (!rule.optional) this.add(property, 'May not be empty');
      return;
    }
    if (typeof value !== 'string') throw refusals.property(property);
    // Never more graphemes than units, so the slow count runs only near the limit.
    const tooLong = value.length > rule.max && (!rule.graphemes || graphemeCount(value) > rule.max);
    if (tooLong) this.add(property, `Length must be between 0 and ${rule.max}`);
    else if (rule.pattern && !rule.pattern.test(value)) this.add(property, 'Invalid value');
  }

  /** An HTTPS address of a media file. */
  mediaUrl(object: JsonObject, name: string, at: string, optional = false): void {
    this.uri(object, name, at, { max: 2000, pattern: webUrl, optional });
  }

  /** An address a tap opens. */
  tapUri(object: JsonObject, name: string, at: string, optional = false): void {
    this.uri(object, name, at, { max: 1000, pattern: tappableUri, optional });
  }

  oneOf(object: JsonObject, name: string, at: string, values: Iterable<string>): boolean {
    const value = field(object, name);
    const allowed = [...values];
    if (typeof value === 'string' && allowed.includes(value)) return true;
    this.add(`${at}.${name}`, `Must be one of the following values: [${allowed.join(', ')}]`);
    return false;
  }

  number(object: JsonObject, name: string, at: string, [min, max]: [number, number]): void {
    const value = field(object, name);
    if (typeof value !== 'number') {
      if (value !== undefined && value !== null) throw refusals.property(`${at}.${name}`);
      this.add(`${at}.${name}`, 'May not be null');
    } else if (value < min || value > max) this.add(`${at}.${name}`, `Must be between ${min} and ${max}`);
  }

  /** The items of an array of objects; nothing (and a problem) if it is missing or of the wrong size. */
  objects(object: JsonObject, name: string, at: string, [min, max]: [number, number]): JsonObject[] {
    const property = pathOf(at, name);
    const value = field(object, name);
    if (value === undefined || value === null) {
      if (min > 0) this.add(property, 'May not be empty');
      return [];
    }
    if (!Array.isArray(value)) throw refusals.property(property);
    if (value.length < min || value.length > max) {
      this.add(property, `Size must be between ${min} and ${max}`);
      return [];
    }
    return value.map((item: unknown, i) => {
      if (!isObject(item)) throw refusals.property(`${property}[${i}]`);
      return item;
    });
  }

  /** A nested object; undefined (and a problem, unless optional) if it is missing. */
  object(object: JsonObject, name: string, at: string, optional = false): JsonObject | undefined {
    const value = field(object, name);
    if (isObject(value)) return value;
    if (value !== undefined && value !== null) throw refusals.property(pathOf(at, name));
    if (!optional) this.add(pathOf(at, name), 'May not be null');
    return undefined;
  }

  private uri(object: JsonObject, name: string, at: string, rule: TextRule & { pattern: RegExp }): void {
    const { pattern, ...length } = rule;
    this.text(object, name, at, length);
    const value = field(object, name);
    if (typeof value !== 'string' || value === '') return;
    if (!pattern.test(value) || !URL.canParse(value)) this.add(`${at}.${name}`, 'Invalid URI');
  }
}
