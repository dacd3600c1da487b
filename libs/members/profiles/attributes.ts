import { pointerStep, type FieldError } from '#kernel';

export type AttributeValue = string | number | boolean | string[];
export type Attributes = Record<string, AttributeValue>;
export type AttributeChanges = Record<string, AttributeValue | null>;

const LONGEST_TEXT = 1_000;
const LONGEST_NAME = 128;
const LONGEST_LIST = 100;
/** Names in one request. */
const MOST_NAMES = 200;

/** What is wrong with posted attributes, at its place; their texts are already known to be storable. */
export function attributesError(changes: AttributeChanges | null | undefined): FieldError | undefined {
  if (!changes) return undefined;
  const entries = Object.entries(changes);
  if (entries.length > MOST_NAMES) return { path: '/attributes', detail: `must have at most ${MOST_NAMES} names` };
  for (const [name, value] of entries) {
    const detail = nameError(name) ?? valueError(value);
    if (detail) return { path: `/attributes${pointerStep(name.slice(0, LONGEST_NAME))}`, detail };
  }
  return undefined;
}

/** The attributes that changes leave behind. */
export function mergeAttributes(current: Attributes, changes: AttributeChanges): Attributes {
  const entries = Object.entries({ ...current, ...changes });
  return Object.fromEntries(entries.filter((entry): entry is [string, AttributeValue] => entry[1] !== null));
}

function nameError(name: string): string | undefined {
  return name.length >= 1 && name.length <= LONGEST_NAME
    ? undefined
    : `must have a name of 1 to ${LONGEST_NAME} characters`;
}

function valueError(value: unknown): string | undefined {
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || isText(value)) return undefined;
  if (Array.isArray(value) && value.length <= LONGEST_LIST && value.every(isText)) return undefined;
  return (
    `must be text of up to ${LONGEST_TEXT} characters, a number, a boolean, ` +
    `a list of up to ${LONGEST_LIST} texts, or null`
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}
