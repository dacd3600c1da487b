import { Injectable } from '@nestjs/common';
import { LineUsers } from '#channels';
import type { Scope } from '#kernel';
import { Database } from '#database';
import { Members } from '#members';
import { LinksRepository } from './links.repository.js';

/** Keeps what `members` says of links and friendship equal to what the links and LINE users say. */
@Injectable()
export class TieKeeper {
  constructor(
    private readonly links: LinksRepository,
    private readonly members: Members,
    private readonly people: LineUsers,
    private readonly db: Database,
  ) {}

  /**
   * Counts the ties of members anew. Call it in the transaction that changed a link.
   * @param memberIds members.id, in any order, also twice
   */
  async recount(scope: Scope, memberIds: string[]): Promise<void> {
    const ids = [...new Set(memberIds)];
    if (ids.length === 0) return;
    await this.db.transaction(scope, async () => {
      // Held first: whoever counts later sees what was committed until then, so the last count is the right one.
      await this.links.holdMembers(scope, ids);
      await this.members.setTies(scope, await this.links.ties(scope, ids));
    });
  }

  /**
   * LINE has let slip whether somebody is a friend: it counts until LINE says so by webhook, whose clock is the one to go
   * by. @param lineUserId line_users.id
   */
  async believe(scope: Scope, lineUserId: string, friend: boolean): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.recountOf(scope, await this.people.believe(scope, [{ id: lineUserId, friend }]));
    });
  }

  /** The same for everybody who is linked to one of these LINE users (line_users.id). */
  async recountOf(scope: Scope, lineUserIds: string[]): Promise<void> {
    await this.recount(scope, await this.links.membersOf(scope, lineUserIds));
  }
}
