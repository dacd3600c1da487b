import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import type { Attempt } from '../attempts/attempt.js';
import { Attempts } from '../attempts/attempts.service.js';
import type { LiveLink } from '../links.repository.js';
import { TakeoverMove } from './takeover-move.service.js';
import { takeoverNotLinked, takeoverOtherMember, takeoverOver } from './takeovers.errors.js';
import type { Takeover } from './takeovers.repository.js';
import { Takeovers } from './takeovers.service.js';

/** An attempt in which both sides are proven. */
export type ProvenAttempt = Attempt & { lineUserId: string; memberId: string };

/** The last step of a takeover, by the new LINE account. */
@Injectable()
export class TakeoverConfirmation {
  constructor(
    private readonly takeovers: Takeovers,
    private readonly moves: TakeoverMove,
    private readonly attempts: Attempts,
    private readonly db: Database,
  ) {}

  /**
   * What would move.
   * @returns undefined where no code was entered in this attempt
   * @throws AppError 403 linking.takeover_other_member, 409 linking.takeover_over or linking.takeover_not_linked
   */
  async preview(scope: Scope, attempt: ProvenAttempt): Promise<{ takeover: Takeover; links: LiveLink[] } | undefined> {
    const takeover = await this.takeovers.enteredIn(scope, attempt);
    if (!takeover) return undefined;
    if (takeover.memberId !== attempt.memberId) throw takeoverOtherMember();
    if (takeover.state !== 'open') throw takeoverOver();
    const links = await this.takeovers.movable(scope, takeover);
    if (links.length > 0) return { takeover, links };
    // Whoever was faster may have moved them between the two looks.
    const { state } = await this.takeovers.get(scope, takeover.id);
    throw state === 'open' ? takeoverNotLinked() : takeoverOver();
  }

  /** Moves it and ends the attempt, both or neither. @throws AppError as `preview` and `TakeoverMove.move` do */
  async confirm(scope: Scope, attempt: ProvenAttempt): Promise<void> {
    await this.db.transaction(scope, async () => {
      // Holds the attempt first: of two taps the second meets one that has ended.
      const tokens = await this.attempts.tokens(scope, attempt.id);
      const shown = await this.preview(scope, attempt);
      if (!shown) throw takeoverOver();
      await this.moves.move(scope, shown.takeover, { lineUserId: attempt.lineUserId, ...(tokens && { tokens }) });
      await this.attempts.complete(scope, attempt.id);
    });
  }
}
