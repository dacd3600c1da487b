import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { membersChanged, MOST_MEMBERS } from './members.jobs.js';
import { MembersRepository, type Ties } from './members.repository.js';

/**
 * Who is who. Outside, members go by the company's own ids (external); inside, by `members.id`.
 *
 * Whoever writes to several members in one transaction holds them first, all at once, in the order of their external
 * ids: with everybody doing so, nobody waits in a circle.
 */
@Injectable()
export class Members {
  constructor(
    private readonly db: Database,
    private readonly members: MembersRepository,
    private readonly jobs: Jobs,
  ) {}

  /** Inside ids by external id; those that do not exist are missing. */
  async find(scope: Scope, externalIds: string[]): Promise<Map<string, string>> {
    return externalIds.length === 0 ? new Map() : this.members.find(scope, externalIds);
  }

  /** Inside ids by external id; a member that does not exist is made, bare. */
  async ensure(scope: Scope, externalIds: string[]): Promise<Map<string, string>> {
    return this.db.transaction(scope, async () => {
      const wanted = [...new Set(externalIds)];
      const found = await this.find(scope, wanted);
      const missing = wanted.filter((externalId) => !found.has(externalId));
      if (missing.length === 0) return found;
      return new Map([...found, ...(await this.claim(scope, missing)).ids]);
    });
  }

  /**
   * The same, holding all of them until the ambient transaction ends.
   * @returns also which of them were made now
   */
  async claim(scope: Scope, externalIds: string[]): Promise<{ ids: Map<string, string>; made: ReadonlySet<string> }> {
    const wanted = [...new Set(externalIds)];
    const made = await this.members.claim(scope, wanted);
    const others = await this.find(
      scope,
      wanted.filter((externalId) => !made.has(externalId)),
    );
    return { ids: new Map([...made, ...others]), made: new Set(made.keys()) };
  }

  /**
   * Whether members have a live link, and the best friend state over their linked LINE users. Announced also where that
   * is as before: one of several links, or the state on one of several channels, may be another.
   */
  async setTies(scope: Scope, rows: Ties[]): Promise<void> {
    if (rows.length === 0) return;
    await this.db.transaction(scope, async () => {
      const ids = rows.map((row) => row.memberId);
      await this.members.lock(scope, ids);
      await this.members.writeTies(scope, rows);
      await this.announceChange(scope, ids);
    });
  }

  /** Tells, in the ambient transaction, that rules may find these members other than before. @param ids members.id */
  async announceChange(scope: Scope, ids: string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += MOST_MEMBERS) {
      const memberIds = ids.slice(from, from + MOST_MEMBERS);
      await this.jobs.announce(scope, membersChanged, { workspaceId: scope.workspaceId, memberIds });
    }
  }
}
