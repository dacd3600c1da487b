export interface Death {
  method: string;
  /** The work of that call is lost, or done and its answer lost. */
  when: 'before' | 'after';
  /** Calls that go well before it. */
  skip: number;
}

/** Lets one call of a method die, as a killed process would. */
export function killAt(target: object, { method, when, skip }: Death): { died(): boolean; disarm(): void } {
  const owner = target as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const real = owner[method]!;
  let calls = 0;
  const disarm = () => void (owner[method] = real);
  owner[method] = async (...args) => {
    calls += 1;
    if (calls <= skip) return real.apply(target, args);
    disarm();
    if (when === 'after') await real.apply(target, args);
    throw new Error('killed');
  };
  return { died: () => calls > skip, disarm };
}
