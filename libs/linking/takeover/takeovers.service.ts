import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { newId, notFound, type Scope } from '#kernel';
import type { Attempt } from '../attempts/attempt.js';
import { LinksRepository, type LiveLink } from '../links.repository.js';
import { CodeLimits } from '../user-codes/code-limits.service.js';
import { codeHash, newCode, typedCode } from '../user-codes/code.js';
import {
  takeoverCodeWrong,
  takeoverNotLinked,
  takeoverOver,
  takeoverSameAccount,
  takeoverTooOften,
} from './takeovers.errors.js';
import { TakeoversRepository, type Takeover, type TakeoverState } from './takeovers.repository.js';

const DAY_MS = 24 * 60 * 60_000;

/** Who wants to leave which LINE user. */
export interface TakeoverWish {
  channelId: string;
  /** members.id */
  memberId: string;
  /** line_users.id */
  lineUserId: string;
}

/** The codes by which members move to another LINE account: nobody has one until it is asked for, and then for a day. */
@Injectable()
export class Takeovers {
  constructor(
    private readonly takeovers: TakeoversRepository,
    private readonly links: LinksRepository,
    private readonly limits: CodeLimits,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * Makes a code that moves all links of a member with a LINE user. An older one for the same ends.
   * @returns the code, for this once, and the links it would move
   * @throws AppError 409 linking.takeover_not_linked
   */
  async ask(scope: Scope, wish: TakeoverWish): Promise<{ takeover: Takeover; code: string; links: LiveLink[] }> {
    const { channelId, memberId, lineUserId: fromLineUserId } = wish;
    const [id, code] = [newId(), newCode()];
    const expiresAt = new Date(scope.clock.now().getTime() + DAY_MS);
    return this.db.transaction(scope, async () => {
      await this.links.holdLineUsers(scope, [fromLineUserId]);
      const links = await this.movable(scope, { channelId, memberId, fromLineUserId });
      if (links.length === 0) throw takeoverNotLinked();
      await this.takeovers.cancel(scope, memberId, fromLineUserId);
      const hash = codeHash(scope, code);
      await this.takeovers.insert(scope, { id, channelId, memberId, fromLineUserId, codeHash: hash, expiresAt });
      await this.audit.record(scope, 'linking.takeover_asked', subjectOf(id));
      return { takeover: await this.get(scope, id), code, links };
    });
  }

  /** @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<Takeover> {
    const takeover = await this.takeovers.find(scope, id);
    if (!takeover) throw notFound('takeover');
    return takeover;
  }

  /** The newest first. */
  list(scope: Scope, query: { state?: TakeoverState; before?: string; limit: number }): Promise<Takeover[]> {
    return this.takeovers.list(scope, query);
  }

  /** The live links that a takeover is about. */
  async movable(scope: Scope, of: Pick<Takeover, 'channelId' | 'memberId' | 'fromLineUserId'>): Promise<LiveLink[]> {
    const live = await this.links.live(scope, { lineUserId: of.fromLineUserId });
    return live.filter(({ memberId, channelId }) => memberId === of.memberId && channelId === of.channelId);
  }

  /**
   * Somebody entered a code in an attempt whose LINE side is proven. It is not used up by that.
   * @throws AppError 400 linking.takeover_code_wrong, 409 linking.takeover_over or linking.takeover_same_account, 429
   * linking.takeover_too_often
   */
  async enter(scope: Scope, attempt: Attempt & { lineUserId: string }, text: string): Promise<Takeover> {
    const wait = await this.limits.begin(scope, attempt.lineUserId);
    if (wait > 0) throw takeoverTooOften(wait);
    const found = await this.takeovers.findByCode(scope, codeHash(scope, typedCode(text)));
    if (found?.channelId !== attempt.channelId) throw takeoverCodeWrong();
    await this.limits.succeeded(scope, attempt.lineUserId);
    if (found.state !== 'open') throw takeoverOver();
    if (found.fromLineUserId === attempt.lineUserId) throw takeoverSameAccount();
    await this.takeovers.claim(scope, attempt.id, found.id);
    return found;
  }

  /** The takeover whose code was entered in an attempt, whatever became of it since. */
  enteredIn(scope: Scope, attempt: Attempt): Promise<Takeover | undefined> {
    return this.takeovers.claimedBy(scope, attempt.id);
  }

  /** What a LINE user has lost within the last day. @param lineUserId line_users.id */
  lostBy(scope: Scope, lineUserId: string): Promise<Takeover[]> {
    return this.takeovers.undoableFrom(scope, lineUserId);
  }

  /**
   * The LINE user from whom a takeover took says that it was not their wish. Operators see it and decide: who has a lost
   * phone in the hand must not take back by this what its owner has moved.
   * @param lineUserId line_users.id of who objects
   * @throws AppError 404 for a takeover from another LINE user
   */
  async object(scope: Scope, id: string, lineUserId: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const takeover = await this.get(scope, id);
      if (takeover.fromLineUserId !== lineUserId) throw notFound('takeover');
      if (await this.takeovers.object(scope, id)) {
        await this.audit.record(scope, 'linking.takeover_objected', subjectOf(id));
      }
    });
  }
}

export function subjectOf(id: string): string {
  return `takeovers/${id}`;
}
