export type Schema = Record<string, unknown>;

type Schemas = Record<string, Schema>;

const DEEPEST = 6;

/** Some value that a JSON schema of ours allows, or nearly: what it cannot say is left to the one who checks. */
export function sampleOf(schema: Schema, schemas: Schemas, depth = 0): unknown {
  if (typeof schema.$ref === 'string') return sampleOf(schemas[schema.$ref.split('/').at(-1)!] ?? {}, schemas, depth);
  const [first] = (schema.anyOf ?? schema.oneOf ?? []) as Schema[];
  if (first) return sampleOf(first, schemas, depth);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.type === 'object') return objectOf(schema, schemas, depth);
  if (schema.type === 'array')
    return depth > DEEPEST ? [] : [sampleOf((schema.items ?? {}) as Schema, schemas, depth + 1)];
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, Number(schema.minimum ?? 1));
  if (schema.type === 'boolean') return false;
  return textOf(schema);
}

function objectOf(schema: Schema, schemas: Schemas, depth: number): Schema {
  if (depth > DEEPEST) return {};
  const properties = Object.entries((schema.properties ?? {}) as Schemas);
  return Object.fromEntries(properties.map(([name, property]) => [name, sampleOf(property, schemas, depth + 1)]));
}

function textOf({ format, minLength }: Schema): string {
  if (format === 'date-time') return '2026-04-01T00:00:00Z';
  if (format === 'date') return '2026-04-01';
  if (format === 'uri') return 'https://example.com/';
  if (format === 'uuid') return '00000000-0000-4000-8000-000000000000';
  return 'x'.repeat(Math.max(1, Number(minLength ?? 1)));
}

/** What stands where something else belongs. */
const wrong: unknown[] = [
  undefined,
  null,
  true,
  -1,
  0.5,
  1e308,
  9_007_199_254_740_993,
  '',
  '\0',
  '\ud800',
  'x'.repeat(10_000),
  '1600-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-02-30',
  '__proto__',
  [],
  [[null]],
  {},
  JSON.parse('{"__proto__":{"x":1}}'),
  JSON.parse('{"a":'.repeat(200) + '1' + '}'.repeat(200)),
];

/** The value itself, and copies of it in each of which one place holds something wrong. */
export function* mutations(value: unknown): Generator {
  yield value;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const other of wrong) yield replaced(value, key, other);
    for (const mutation of mutations(inner)) if (mutation !== inner) yield replaced(value, key, mutation);
  }
}

function replaced(value: object, key: string, other: unknown): unknown {
  if (Array.isArray(value)) return Object.assign([...(value as unknown[])], { [key]: other });
  return { ...value, [key]: other };
}
