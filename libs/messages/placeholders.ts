import { usableAddress, type AddressKind } from './addresses.js';
import type { VariableValues } from './variables.js';

/** One place in a text where a person's value goes. */
interface Placeholder {
  variable: string;
  fallback?: string;
  /** Where it begins in the written text, and how long it is there. */
  start: number;
  length: number;
}

/**
 * How a value is written into its text: as it is, percent-encoded inside an address, or with doubled braces where LINE
 * would read single ones as a placeholder of its own. So a value can never be more than characters.
 */
export type Writing = 'plain' | 'braces' | 'braces of item' | AddressKind;

const inAddress = (value: string) => encodeURIComponent(value.toWellFormed());
const inBraces = (value: string) => value.replaceAll('{', '{{').replaceAll('}', '}}');
const encoders: Record<Writing, (value: string) => string> = {
  plain: (value) => value,
  braces: inBraces,
  'braces of item': inBraces,
  tap: inAddress,
  media: inAddress,
};

const OPEN = '{{';
/** `{{name}}` or `{{name | fallback: "a JSON string"}}`. */
const PLACEHOLDER = /\{\{\s*([^\s{}|"](?:[^{}|"]*[^\s{}|"])?)\s*(?:\|\s*fallback\s*:\s*("(?:[^"\\]|\\.)*")\s*)?\}\}/y;
/** In a textV2 `{{` is LINE's literal brace, unless one of our names follows it. */
const OPEN_IN_BRACES = /\{\{\s*(?:member|event)\./g;
const OPEN_IN_BRACES_OF_ITEM = /\{\{\s*(?:(?:member|event|item)\.|item\s*[|}])/g;

/** A text with places for values. */
export class WrittenText {
  private constructor(
    private readonly text: string,
    private readonly writing: Writing,
    readonly placeholders: readonly Placeholder[],
  ) {}

  /**
   * @param accepts whether there is such a variable
   * @returns the text, or one sentence on what is wrong with a placeholder in it
   */
  static read(
    text: string,
    writing: Writing,
    accepts: (variable: string) => boolean,
  ): WrittenText | { problem: string } {
    const placeholders: Placeholder[] = [];
    for (let from = opening(text, 0, writing); from !== -1;) {
      const found = placeholderAt(text, from, accepts);
      if ('problem' in found) return found;
      placeholders.push(found);
      from = opening(text, from + found.length, writing);
    }
    return new WrittenText(text, writing, placeholders);
  }

  /** Whether the text is an address and all of it is one variable, whose values then are addresses. */
  get isWholeAddress(): boolean {
    const { writing, placeholders, text } = this;
    return (writing === 'tap' || writing === 'media') && placeholders[0]?.length === text.length;
  }

  /** The text for one person. `at` is where a place of the written text has moved to. */
  fill(values: VariableValues): Moved {
    const { writing } = this;
    const whole = this.isWholeAddress ? (writing as AddressKind) : undefined;
    return this.rewrite(({ variable, fallback = '' }) => {
      const value = presentValue(values, variable);
      if (whole) return (value && usableAddress(value, whole)) ?? fallback;
      return encoders[writing](value ?? fallback);
    });
  }

  /** The same text with other variables in the same places. */
  rename(nameOf: (variable: string) => string): Moved {
    return this.rewrite(({ variable, start, length }) =>
      this.text.slice(start, start + length).replace(variable, () => nameOf(variable)),
    );
  }

  /** Whether a place of the written text lies inside a placeholder. */
  covers(index: number): boolean {
    return this.placeholders.some(({ start, length }) => index >= start && index < start + length);
  }

  private rewrite(write: (placeholder: Placeholder) => string): Moved {
    const moves: { after: number; by: number }[] = [];
    let text = '';
    let end = 0;
    for (const placeholder of this.placeholders) {
      const { start, length } = placeholder;
      const value = write(placeholder);
      text += this.text.slice(end, start) + value;
      end = start + length;
      moves.push({ after: start, by: value.length - length });
    }
    text += this.text.slice(end);
    const at = (index: number) => moves.reduce((moved, { after, by }) => (after < index ? moved + by : moved), index);
    return { text, at };
  }
}

/** A text made of a written one, and where a place of that has moved to. */
export interface Moved {
  text: string;
  at(index: number): number;
}

/** An empty value would leave a hole as much as none does. */
export function presentValue(values: VariableValues, variable: string): string | undefined {
  return (Object.hasOwn(values, variable) && values[variable]) || undefined;
}

function opening(text: string, from: number, writing: Writing): number {
  if (writing !== 'braces' && writing !== 'braces of item') return text.indexOf(OPEN, from);
  const open = writing === 'braces' ? OPEN_IN_BRACES : OPEN_IN_BRACES_OF_ITEM;
  open.lastIndex = from;
  return open.exec(text)?.index ?? -1;
}

function placeholderAt(
  text: string,
  start: number,
  accepts: (variable: string) => boolean,
): Placeholder | { problem: string } {
  PLACEHOLDER.lastIndex = start;
  const match = PLACEHOLDER.exec(text);
  if (!match) return { problem: 'has {{ without a variable; write {{member.rank}} or {{member.rank | fallback: "…"}}' };
  const [written, variable = '', fallback] = match;
  if (!accepts(variable)) return { problem: `has an unknown variable: ${variable.slice(0, 60)}` };
  const place = { variable, start, length: written.length };
  if (fallback === undefined) return place;
  const read = asText(fallback);
  return read === undefined ? { problem: 'has a fallback that is not a JSON string' } : { ...place, fallback: read };
}

function asText(json: string): string | undefined {
  try {
    const text = JSON.parse(json) as string;
    return text.includes('\0') || !text.isWellFormed() ? undefined : text;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
