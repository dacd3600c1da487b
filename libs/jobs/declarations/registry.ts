import type { Definition } from './definitions.js';

const declared = new Map<string, Definition>();

/** @throws Error when two declarations share a name: rows in the outbox could belong to either */
export function register<D>(definition: D & Pick<Definition, 'name'>): D {
  if (declared.has(definition.name)) throw new Error(`${definition.name} is declared twice.`);
  declared.set(definition.name, definition as unknown as Definition);
  return definition;
}

/** Everything that has been declared by the modules loaded so far. */
export function declarations(): readonly Definition[] {
  return [...declared.values()];
}
