/** Names of fields that hold what opens a door. */
const SECRET = /secret|token|password|credential|apikey|api_key|^key$|authorization/i;
const MASK = '•••';

/** A copy in which the value of every field with a secret's name is masked, at any depth. */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, SECRET.test(name) && inner !== null ? MASK : masked(inner)]),
  );
}
