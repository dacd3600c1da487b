import { Injectable } from '@nestjs/common';
import type { WorkspaceRef } from '#kernel';

/** Ids kept in memory over all workspaces; about 150 bytes each. */
const MOST_KEPT = 200_000;

/**
 * The inside ids of members by whom events came lately. Whoever takes one from here finds out, when the member's
 * summary is written, whether it still is theirs.
 */
@Injectable()
export class MemberIds {
  private kept = new Map<string, Map<string, string>>();
  private size = 0;

  /** By external id; empty where nothing is known. */
  of({ workspaceId }: WorkspaceRef): ReadonlyMap<string, string> {
    return this.kept.get(workspaceId) ?? new Map();
  }

  /** Only what is committed. */
  keep({ workspaceId }: WorkspaceRef, ids: Iterable<[externalId: string, id: string]>): void {
    if (this.size > MOST_KEPT) {
      this.kept = new Map();
      this.size = 0;
    }
    const kept = this.kept.get(workspaceId) ?? new Map<string, string>();
    this.kept.set(workspaceId, kept);
    const before = kept.size;
    for (const [externalId, id] of ids) kept.set(externalId, id);
    this.size += kept.size - before;
  }

  forget({ workspaceId }: WorkspaceRef): void {
    this.size -= this.kept.get(workspaceId)?.size ?? 0;
    this.kept.delete(workspaceId);
  }
}
