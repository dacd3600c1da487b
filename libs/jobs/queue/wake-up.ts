import type { WorkspaceRef } from '#kernel';
import type { Lane } from '../lanes.js';

/** What travels through the queue: ids and nothing else. Several only where their rows may share a run. */
export interface WakeUp {
  ids: string[];
  together?: string;
}

/** That rows are, or will be, due. */
export interface Wake {
  ids: readonly string[];
  lane: Lane;
  /** Milliseconds from now; what is due later than the horizon is left to the sweeper. */
  inMs?: number;
  /** While a wake-up of this name waits or is being answered, another one changes nothing. */
  name?: string;
  /** Rows with the same key may share a run. */
  together?: string;
}

/** The key of rows that may share a run: of one name in one workspace. */
export function togetherKey(job: string, { workspaceId }: WorkspaceRef): string {
  return `${job} ${workspaceId}`;
}
