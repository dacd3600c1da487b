import { isVariable, type VariableValues } from './variables.js';

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
export type Writing = 'plain' | 'address' | 'braces';

const encoders: Record<Writing, (value: string) => string> = {
  plain: (value) => value,
  address: (value) => encodeURIComponent(value.toWellFormed()),
  braces: (value) => value.replaceAll('{', '{{').replaceAll('}', '}}'),
};

const OPEN = '{{';
/** `{{name}}` or `{{name | fallback: "a JSON string"}}`. */
const PLACEHOLDER = /\{\{\s*([^\s{}|"](?:[^{}|"]*[^\s{}|"])?)\s*(?:\|\s*fallback\s*:\s*("(?:[^"\\]|\\.)*")\s*)?\}\}/y;
/** In a textV2 `{{` is LINE's literal brace, unless one of our names follows it. */
const OPEN_IN_BRACES = /\{\{\s*(?:member|event)\./g;

/** A text with places for values. */
export class WrittenText {
  private constructor(
    private readonly text: string,
    private readonly writing: Writing,
    readonly placeholders: readonly Placeholder[],
  ) {}

  /** @returns the text, or one sentence on what is wrong with a placeholder in it */
  static read(text: string, writing: Writing): WrittenText | { problem: string } {
    const placeholders: Placeholder[] = [];
    for (let from = opening(text, 0, writing); from !== -1;) {
      const found = placeholderAt(text, from);
      if ('problem' in found) return found;
      placeholders.push(found);
      from = opening(text, from + found.length, writing);
    }
    return new WrittenText(text, writing, placeholders);
  }

  /** The text for one person. `at` is where a place of the written text has moved to. */
  fill(values: VariableValues): { text: string; at(index: number): number } {
    const moves: { after: number; by: number }[] = [];
    let text = '';
    let end = 0;
    for (const { variable, fallback, start, length } of this.placeholders) {
      const value = encoders[this.writing](presentValue(values, variable) ?? fallback ?? '');
      text += this.text.slice(end, start) + value;
      end = start + length;
      moves.push({ after: start, by: value.length - length });
    }
    text += this.text.slice(end);
    const at = (index: number) => moves.reduce((moved, { after, by }) => (after < index ? moved + by : moved), index);
    return { text, at };
  }

  /** Whether a place of the written text lies inside a placeholder. */
  covers(index: number): boolean {
    return this.placeholders.some(({ start, length }) => index >= start && index < start + length);
  }
}

/** An empty value would leave a hole as much as none does. */
export function presentValue(values: VariableValues, variable: string): string | undefined {
  return (Object.hasOwn(values, variable) && values[variable]) || undefined;
}

function opening(text: string, from: number, writing: Writing): number {
  if (writing !== 'braces') return text.indexOf(OPEN, from);
  OPEN_IN_BRACES.lastIndex = from;
  return OPEN_IN_BRACES.exec(text)?.index ?? -1;
}

function placeholderAt(text: string, start: number): Placeholder | { problem: string } {
  PLACEHOLDER.lastIndex = start;
  const match = PLACEHOLDER.exec(text);
  if (!match) return { problem: 'has {{ without a variable; write {{member.rank}} or {{member.rank | fallback: "…"}}' };
  const [written, variable = '', fallback] = match;
  if (!isVariable(variable)) return { problem: `has an unknown variable: ${variable.slice(0, 60)}` };
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
