import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { AppError, type Scope } from '#kernel';
import { Attempts } from '../attempts/attempts.service.js';
import { Links } from '../links.service.js';
import { codeHash, typedCode } from './code.js';
import { CodeLimits } from './code-limits.service.js';
import { UserCodesRepository, type RightCode } from './user-codes.repository.js';

/** What became of a code that somebody has typed. */
export type Redemption =
  | { kind: 'linked' }
  /** Unknown, used, taken back, run out or in the wrong case: which of these is nobody's business. */
  | { kind: 'wrong' }
  | { kind: 'wait'; milliseconds: number }
  /** The code is right and still free, but there is another link in the way. @param code of the refusal */
  | { kind: 'refused'; code: string };

export type Kept = { kind: 'right'; userId: string } | Extract<Redemption, { kind: 'wrong' | 'wait' }>;

/** Turns codes into links. */
@Injectable()
export class CodeRedemption {
  constructor(
    private readonly codes: UserCodesRepository,
    private readonly limits: CodeLimits,
    private readonly links: Links,
    private readonly attempts: Attempts,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * Whether a code would link whoever typed it. It counts as a try and uses nothing up.
   * @param lineUserId line_users.id
   */
  async look(scope: Scope, lineUserId: string, text: string): Promise<{ kind: 'right' } | Redemption> {
    const hash = codeHash(scope, typedCode(text));
    if (await this.codes.linkedBy(scope, hash, lineUserId)) return { kind: 'linked' };
    const milliseconds = await this.limits.begin(scope, lineUserId);
    if (milliseconds > 0) return { kind: 'wait', milliseconds };
    return this.db.transaction(scope, async () => {
      const kept = await this.codes.keptFor(scope, hash, lineUserId);
      if (!(await this.codes.isFree(scope, hash, kept ?? null, scope.clock.now()))) return this.wrong(scope);
      await this.limits.succeeded(scope, lineUserId);
      return { kind: 'right' };
    });
  }

  /**
   * Uses a code up and links whoever typed it, in one transaction. Once done, the same again is `linked` again.
   * @param by the channel and the person: line_users.id
   * @param consent writes down what the person agreed to; is given the member (members.id). @returns link_consents.id
   */
  async redeem(
    scope: Scope,
    by: { channelId: string; lineUserId: string },
    text: string,
    consent: (memberId: string) => Promise<string>,
  ): Promise<Redemption> {
    const hash = codeHash(scope, typedCode(text));
    if (await this.codes.linkedBy(scope, hash, by.lineUserId)) return { kind: 'linked' };
    const milliseconds = await this.limits.begin(scope, by.lineUserId);
    if (milliseconds > 0) return { kind: 'wait', milliseconds };
    try {
      return await this.db.transaction(scope, () => this.link(scope, by, hash, consent));
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      // Taken back with the transaction: the code can be used once what is in the way is gone.
      await this.limits.succeeded(scope, by.lineUserId);
      return { kind: 'refused', code: error.code };
    }
  }

  /**
   * Keeps the code for an attempt, whose link uses it up; until then it is free again when the attempt ends.
   * @returns for a right code, as whom (members.id) the person links
   */
  async keepFor(scope: Scope, by: { attemptId: string; lineUserId: string }, text: string): Promise<Kept> {
    const milliseconds = await this.limits.begin(scope, by.lineUserId);
    if (milliseconds > 0) return { kind: 'wait', milliseconds };
    return this.db.transaction(scope, async () => {
      const hash = codeHash(scope, typedCode(text));
      await this.takeBack(scope, by, hash);
      const right = await this.codes.keepFor(scope, hash, by.attemptId, scope.clock.now());
      if (!right) return this.wrong(scope);
      await this.codes.letGo(scope, by.attemptId, right.id);
      await this.limits.succeeded(scope, by.lineUserId);
      return { kind: 'right', userId: right.userId };
    });
  }

  private async link(
    scope: Scope,
    { channelId, lineUserId }: { channelId: string; lineUserId: string },
    hash: Buffer,
    consent: (memberId: string) => Promise<string>,
  ): Promise<Redemption> {
    await this.takeBack(scope, { lineUserId }, hash);
    const right = await this.codes.use(scope, hash, lineUserId, scope.clock.now());
    if (!right) return this.wrong(scope);
    const [memberId, consentId] = [right.userId, await consent(right.userId)];
    await this.links.make(scope, { channelId, memberId, lineUserId, role: 'user', route: 'user_code', consentId });
    await this.limits.succeeded(scope, lineUserId);
    await this.used(scope, right);
    return { kind: 'linked' };
  }

  /**
   * Holds a code until the transaction ends. Where another attempt of the same LINE user keeps it, that one ends: the
   * person has begun again, in another browser or in the talk.
   */
  private async takeBack(scope: Scope, by: { lineUserId: string; attemptId?: string }, hash: Buffer): Promise<void> {
    await this.codes.hold(scope, hash);
    const kept = await this.codes.keptFor(scope, hash, by.lineUserId);
    if (kept !== undefined && kept !== by.attemptId) await this.attempts.cancel(scope, kept);
  }

  private async used(scope: Scope, { id }: RightCode): Promise<void> {
    await this.audit.record(scope, 'linking.user_code_used', `user-codes/${id}`);
  }

  private async wrong(scope: Scope): Promise<{ kind: 'wrong' }> {
    await this.audit.record(scope, 'linking.user_code_wrong', 'user-codes');
    return { kind: 'wrong' };
  }
}
