import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import type { Attempt } from '../attempts/attempt.js';
import { Attempts } from '../attempts/attempts.service.js';
import { Links } from '../links.service.js';
import type { LiveLink } from '../links.repository.js';

/** A LINE user ends links of their own, on the page. */
@Injectable()
export class Unlinking {
  constructor(
    private readonly links: Links,
    private readonly attempts: Attempts,
    private readonly db: Database,
  ) {}

  /** What the LINE user of an attempt may end; none before we know who it is. */
  async endable(scope: Scope, { lineUserId }: Attempt): Promise<LiveLink[]> {
    return lineUserId === undefined ? [] : this.links.liveOfLineUser(scope, lineUserId);
  }

  /**
   * Ends those of these links that are the LINE user's own, and with them the attempt; where none is, nothing.
   * @throws AppError 409 linking.attempt_over
   */
  async end(scope: Scope, attempt: Attempt, ids: string[]): Promise<void> {
    const own = (await this.endable(scope, attempt)).filter(({ id }) => ids.includes(id));
    if (own.length === 0) return;
    await this.db.transaction(scope, async () => {
      // Who logs in to unlink consents by that to the Login channel, whichever way the link came about.
      const tokens = await this.attempts.tokens(scope, attempt.id);
      const { channelId, lineUserId } = own[0]!;
      if (tokens) await this.links.loggedIn(scope, { channelId, lineUserId, tokens });
      await this.attempts.complete(scope, attempt.id);
      for (const { id } of own) await this.links.end(scope, id, 'unlinked_on_page');
    });
  }
}
