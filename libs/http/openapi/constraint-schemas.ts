import type { Constraint, Field } from '#kernel';

export type Schema = Record<string, unknown>;

type Describe = (args: readonly unknown[]) => Schema;

const text = (more: Schema = {}): Schema => ({ type: 'string', ...more });

/** What a decorator says in JSON Schema, by class-validator's name of it; one that is not here says nothing. */
const schemas: Record<string, Describe> = {
  arrayMaxSize: ([maxItems]) => ({ type: 'array', maxItems }),
  arrayMinSize: ([minItems]) => ({ type: 'array', minItems }),
  arrayNotEmpty: () => ({ type: 'array', minItems: 1 }),
  arrayUnique: () => ({ type: 'array', uniqueItems: true }),
  equals: ([value]) => ({ const: value }),
  isAmount: () => ({ type: 'number', minimum: 0 }),
  isArray: () => ({ type: 'array' }),
  isBoolean: () => ({ type: 'boolean' }),
  isCalendarDate: () => text({ format: 'date' }),
  isEmail: () => text({ format: 'email' }),
  isEnum: ([, values]) => ({ enum: values }),
  isId: () => text({ minLength: 1, maxLength: 128 }),
  isIn: ([values]) => ({ enum: values }),
  isInstant: () => text({ format: 'date-time' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  isObject: () => ({ type: 'object' }),
  isString: () => text(),
  isText: ([maxLength, minLength]) => text({ maxLength, ...(minLength ? { minLength } : {}) }),
  isUrl: () => text({ format: 'uri' }),
  isUuid: () => text({ format: 'uuid' }),
  matches: ([pattern]) => text({ pattern: (pattern as RegExp).source }),
  max: ([maximum]) => ({ maximum }),
  maxLength: ([maxLength]) => text({ maxLength }),
  min: ([minimum]) => ({ minimum }),
  minLength: ([minLength]) => text({ minLength }),
};

const natives = new Map<unknown, Schema>([
  [String, { type: 'string' }],
  [Number, { type: 'number' }],
  [Boolean, { type: 'boolean' }],
  [Array, { type: 'array' }],
]);

/** The values of a field as its decorators describe them; `items` are those of the values of its list. */
export function schemaOfValues({ list, type, constraints }: Field): { own: Schema; items: Schema } {
  const described = (each: boolean) =>
    Object.assign({}, ...constraints.filter((c) => c.each === each).map(schemaOf)) as Schema;
  const own = described(false);
  if (list) return { own: { type: 'array', ...own }, items: described(true) };
  return { own: 'type' in own || 'enum' in own || 'const' in own ? own : { ...natives.get(type), ...own }, items: {} };
}

function schemaOf({ name, args }: Constraint): Schema {
  return schemas[name]?.(args) ?? {};
}
