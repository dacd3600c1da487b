/** A class without constructor arguments, as validation makes them. */
export type Class<T extends object = object> = new () => T;
export type Classes = Record<string, Class>;

/** Objects of several classes, told apart by the value of one field. */
export class Union<T extends object = object> {
  private byName?: Map<string, Class<T>>;

  constructor(
    readonly key: string,
    private readonly classes: () => Record<string, Class<T>>,
  ) {}

  /** The class of a value of the key; undefined for anything else, also for `__proto__`. */
  get(name: unknown): Class<T> | undefined {
    return typeof name === 'string' ? this.members().get(name) : undefined;
  }

  /** All classes by the value that chooses them. */
  members(): ReadonlyMap<string, Class<T>> {
    return (this.byName ??= new Map(Object.entries(this.classes())));
  }
}

/** A union to hand to `parse` and `check` in place of a class: `oneOf('type', () => ({ visit: Visit, … }))`. */
export function oneOf<M extends Classes>(key: string, classes: () => M): Union<InstanceType<M[keyof M]>> {
  return new Union(key, classes as unknown as () => Record<string, Class<InstanceType<M[keyof M]>>>);
}
