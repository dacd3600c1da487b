import type { Clock } from './clock.js';

export interface Actor {
  kind: 'operator' | 'api-key' | 'system';
  /** The operator's or key's id; for the system, the name of what acts (`jobs`, `demo`). */
  id: string;
}

/**
 * On whose behalf something happens: first argument of every service and repository method.
 * Two scopes of different workspaces never meet in one transaction.
 */
export interface Scope {
  readonly workspaceId: string;
  readonly actor: Actor;
  readonly permits: ReadonlySet<string>;
  /** IANA name, for example `Asia/Tokyo`. */
  readonly timeZone: string;
  /** ISO 4217 code; all amounts of a workspace are in minor units of this currency. */
  readonly currency: string;
  readonly clock: Clock;
}

/** The one part of a scope that decides which rows exist. */
export type WorkspaceRef = Pick<Scope, 'workspaceId'>;
