export interface Declared {
  readonly kind: 'job' | 'fact' | 'schedule';
  readonly name: string;
}

const declared = new Map<string, Declared>();

/** @throws Error when two declarations share a name: rows in the outbox could belong to either */
export function register<D extends Declared>(definition: D): D {
  if (declared.has(definition.name)) throw new Error(`${definition.name} is declared twice.`);
  declared.set(definition.name, definition);
  return definition;
}

/** Everything that has been declared by the modules loaded so far. */
export function declarations(): readonly Declared[] {
  return [...declared.values()];
}
