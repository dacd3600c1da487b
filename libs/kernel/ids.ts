import { v5, v7 } from 'uuid';

/** A new id for something an operator makes: a UUID v7, so that ids sort by the time they were made. */
export function newId(): string {
  return v7();
}

/** The UUID v5 of a list of parts: the same parts give the same id on every machine, for ever. */
export function derivedId(namespace: string, ...parts: string[]): string {
  // JSON keeps ['a', 'bc'] and ['ab', 'c'] apart.
  return v5(JSON.stringify(parts), namespace);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A UUID as Postgres writes it, in lower case, whatever case it came in; undefined for what is none. */
export function asUuid(text: string): string | undefined {
  return UUID.test(text) ? text.toLowerCase() : undefined;
}
