/** Who may call a route. */
export type Access = { kind: 'permit'; permit: string } | { kind: 'public' } | { kind: 'admin' };

export const ACCESS = 'http.access';

const known = new Set<string>();

/** For holders of this permit (`feature.verb`); their scope is `@CurrentScope()`. Naming a permit makes it known. */
export function Permit(permit: string): MethodDecorator {
  known.add(permit);
  return says({ kind: 'permit', permit });
}

/** For everybody, without a key; there is no scope. */
export function Public(): MethodDecorator {
  return says({ kind: 'public' });
}

/** For the holder of the installation's ADMIN_KEY. The scope is that of a workspace which does not exist yet. */
export function AdminOnly(): MethodDecorator {
  return says({ kind: 'admin' });
}

/** Every permit that a loaded route asks for, sorted. */
export function knownPermits(): string[] {
  return [...known].sort();
}

function says(access: Access): MethodDecorator {
  return (_target, name, descriptor) => {
    const handler = descriptor.value as object;
    if (Reflect.hasMetadata(ACCESS, handler)) throw new Error(`${String(name)} says twice who may call it.`);
    Reflect.defineMetadata(ACCESS, access, handler);
  };
}
