/** All values of a field of an event; a list on the way stands for each of its items, and nothing for what is missing. */
export function valuesOf(body: unknown, field: string): unknown[] {
  return field.split('.').reduce<unknown[]>((values, name) => values.flatMap((value) => valuesAt(value, name)), [body]);
}

function valuesAt(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
  const found = (value as Record<string, unknown>)[name];
  if (found === null || found === undefined) return [];
  return Array.isArray(found) ? found : [found];
}
