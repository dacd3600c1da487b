import { Injectable } from '@nestjs/common';
import { LineUsers } from '#channels';
import { Database } from '#database';
import type { Scope } from '#kernel';
import type { LoginTokens } from '#line';
import type { Attempt } from '../attempts/attempt.js';
import { Attempts } from '../attempts/attempts.service.js';
import { Links } from '../links.service.js';
import { TieKeeper } from '../tie-keeper.service.js';

export interface LoggedIn {
  /** `U…` */
  userId: string;
  displayName?: string;
  /** Undefined where LINE did not say. */
  friend?: boolean;
  tokens: LoginTokens;
}

/** Writes down whom LINE Login has found, and what it says of their friendship. */
@Injectable()
export class LineSide {
  constructor(
    private readonly attempts: Attempts,
    private readonly people: LineUsers,
    private readonly ties: TieKeeper,
    private readonly links: Links,
    private readonly db: Database,
  ) {}

  /**
   * Proves the LINE side of an attempt. With purpose `link` it has ended where that LINE user is linked in the role
   * already: there is nothing left to do.
   * @throws AppError 409 linking.attempt_over
   */
  async prove(scope: Scope, attempt: Attempt, { userId, ...person }: LoggedIn): Promise<Attempt> {
    return this.db.transaction(scope, async () => {
      const ids = await this.people.ensure(scope, attempt.channelId, [userId]);
      const lineUserId = ids.get(userId)!;
      const proven = await this.attempts.lineProven(scope, attempt.id, { lineUserId, ...person });
      if (person.friend !== undefined) await this.ties.believe(scope, lineUserId, person.friend);
      if (attempt.purpose !== 'link') return proven;
      const live = await this.links.liveOfLineUser(scope, lineUserId);
      const same = live.find(({ role }) => role === attempt.role);
      if (!same) return proven;
      const { channelId } = attempt;
      await this.links.loggedIn(scope, { channelId, lineUserId, tokens: person.tokens });
      return this.attempts.foundLinked(scope, attempt.id, same.id);
    });
  }

  /** LINE was asked again. @throws AppError 409 linking.attempt_over */
  async friendSeen(scope: Scope, { id, lineUserId }: Attempt, friend: boolean): Promise<Attempt> {
    return this.db.transaction(scope, async () => {
      const seen = await this.attempts.friendSeen(scope, id, friend);
      if (lineUserId !== undefined) await this.ties.believe(scope, lineUserId, friend);
      return seen;
    });
  }
}
