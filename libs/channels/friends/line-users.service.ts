import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Database } from '#database';
import { Jobs } from '#jobs';
import { friendChanged } from '../channels.jobs.js';
import { newestWords, type FriendWord } from './friend-changes.js';
import { LineUsersRepository } from './line-users.repository.js';

/** The people that LINE, or an import, has told us about, and whether they are friends of a channel. */
@Injectable()
export class LineUsers {
  constructor(
    private readonly repository: LineUsersRepository,
    private readonly db: Database,
    private readonly jobs: Jobs,
  ) {}

  /**
   * The rows of LINE users, made where they are missing (as `none`).
   * @param userIds `U…`, as LINE writes them
   * @returns line_users.id by user id
   */
  async ensure(scope: Scope, channelId: string, userIds: string[]): Promise<Map<string, string>> {
    const wanted = [...new Set(userIds)];
    if (wanted.length === 0) return new Map();
    return this.db.transaction(scope, async () => {
      await this.repository.insertMissing(scope, channelId, wanted, scope.clock.now());
      return this.find(scope, channelId, wanted);
    });
  }

  /** line_users.id of those who are known, by user id. */
  async find(scope: Scope, channelId: string, userIds: string[]): Promise<Map<string, string>> {
    const rows = await this.repository.idsOf(scope, channelId, [...new Set(userIds)]);
    return new Map(rows.map(({ userId, id }) => [userId, id]));
  }

  /**
   * Writes down what another system believes; it counts only while LINE itself has said nothing. The rows' states stand
   * still until the caller's transaction ends. No fact is announced: whoever asks knows what follows.
   * @returns the ids whose state is another one now
   */
  async believe(scope: Scope, rows: { id: string; friend: boolean }[]): Promise<string[]> {
    const beliefs = new Map(rows.map(({ id, friend }) => [id, friend ? ('friend' as const) : ('none' as const)]));
    const ids = [...beliefs.keys()];
    return this.db.transaction(scope, async () => {
      await this.repository.claim(scope, ids);
      return this.repository.believe(scope, ids, [...beliefs.values()]);
    });
  }

  /** Takes LINE's words in any order and any number of times; the newest one holds. */
  async hear(scope: Scope, channelId: string, words: FriendWord[]): Promise<void> {
    const newest = newestWords(words);
    if (newest.length === 0) return;
    await this.db.transaction(scope, async () => {
      await this.repository.claim(
        scope,
        newest.map(({ lineUserId }) => lineUserId),
      );
      for (const lineUserId of await this.repository.apply(scope, newest)) {
        await this.jobs.announce(scope, friendChanged, { workspaceId: scope.workspaceId, channelId, lineUserId });
      }
    });
  }
}
