import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { invalid, newId, notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { codeHash, newCode } from './code.js';
import { ContractUsersRepository } from './contract-users.repository.js';
import { UserCodeSeals } from './user-code-seals.js';
import type { UserCodeDto } from './user-codes.dto.js';
import { codeOpenAlready } from './user-codes.errors.js';
import { UserCodesRepository, type StoredUserCode } from './user-codes.repository.js';

interface Wanted {
  contractorId: string;
  userId: string;
  label: string | null;
  expiresAt: Date | null;
}

/** Codes by which the users of a contract link their own LINE accounts. */
@Injectable()
export class UserCodes {
  constructor(
    private readonly codes: UserCodesRepository,
    private readonly users: ContractUsersRepository,
    private readonly members: Members,
    private readonly seals: UserCodeSeals,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * Gives a user of a contract a code; whoever was no user of it becomes one.
   * @param externalId of the contractor
   * @throws AppError 404 for an unknown contractor, 400 for an unknown user, 409 where the user has an open code
   */
  async give(
    scope: Scope,
    externalId: string,
    given: { userMemberId: string; label?: string; expiresAt?: string },
  ): Promise<UserCodeDto> {
    const expiresAt = future(scope, given.expiresAt);
    return this.db.transaction(scope, async () => {
      const contractorId = await this.contractor(scope, externalId);
      const userId = (await this.members.find(scope, [given.userMemberId])).get(given.userMemberId);
      if (!userId) throw invalid([{ path: '/userMemberId', detail: 'is not a member of this workspace' }]);
      await this.users.hold(scope, contractorId);
      await this.users.put(scope, contractorId, { userId, name: null, at: scope.clock.now() });
      const id = await this.make(scope, { contractorId, userId, label: given.label ?? null, expiresAt });
      return this.get(scope, contractorId, id);
    });
  }

  /** All codes of a contract that were not taken back. @throws AppError 404 */
  async list(scope: Scope, externalId: string): Promise<UserCodeDto[]> {
    return this.db.transaction(scope, async () => this.all(scope, await this.contractor(scope, externalId)));
  }

  /** Takes a code back; who is linked by it stays linked. @throws AppError 404 */
  async end(scope: Scope, externalId: string, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const contractorId = await this.contractor(scope, externalId);
      await this.users.hold(scope, contractorId);
      if (!(await this.codes.end(scope, contractorId, id, scope.clock.now()))) throw notFound('user-code');
      await this.audit.record(scope, 'linking.user_code_ended', `user-codes/${id}`);
    });
  }

  /** Another code for the same user, for one that was lost, seen by others or used up. @throws AppError 404 */
  async replace(scope: Scope, externalId: string, id: string, expiry: string | undefined): Promise<UserCodeDto> {
    const expiresAt = future(scope, expiry);
    return this.db.transaction(scope, async () => {
      const contractorId = await this.contractor(scope, externalId);
      await this.users.hold(scope, contractorId);
      const old = (await this.codes.list(scope, contractorId)).find((code) => code.id === id);
      if (!old) throw notFound('user-code');
      const at = scope.clock.now();
      await this.codes.end(scope, contractorId, id, at);
      await this.codes.endOpen(scope, contractorId, { userIds: [old.userId], expiredOnly: false, at });
      const label = this.seals.openLabel(scope, id, old.label);
      const replacement = await this.make(scope, { contractorId, userId: old.userId, label, expiresAt });
      await this.audit.record(scope, 'linking.user_code_ended', `user-codes/${id}`, { replacedBy: replacement });
      return this.get(scope, contractorId, replacement);
    });
  }

  /**
   * Sees to it that each user of a contract has had a code; a contract without users is used by its contractor. Safe to
   * call any number of times.
   * @param contractorId members.id
   */
  async ensureAll(scope: Scope, contractorId: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.users.hold(scope, contractorId);
      const users = (await this.users.list(scope, contractorId)).map(({ userId }) => userId);
      const served = new Set((await this.codes.list(scope, contractorId)).map(({ userId }) => userId));
      const [userIds, label, expiresAt] = [users.length > 0 ? users : [contractorId], null, null];
      for (const userId of userIds.filter((id) => !served.has(id))) {
        await this.make(scope, { contractorId, userId, label, expiresAt });
      }
    });
  }

  /** Uses up the codes from which these links came, by way of a page. @param linkIds links.id */
  async useByLinks(scope: Scope, linkIds: string[]): Promise<void> {
    await this.codes.useByLinks(scope, linkIds, scope.clock.now());
  }

  /** Whether any code of the workspace waits for its user: where none does, nothing people write is meant as one. */
  async anyOpen(scope: Scope): Promise<boolean> {
    return this.codes.anyOpen(scope);
  }

  /** Takes back what waits for these users (members.id, all of them) of a contract. */
  async endOpen(scope: Scope, contractorId: string, userIds: string[]): Promise<void> {
    await this.codes.endOpen(scope, contractorId, { userIds, expiredOnly: false, at: scope.clock.now() });
  }

  /** Codes that wait for their users, to be shown to the contractor. @param contractorId members.id */
  async openOf(scope: Scope, contractorId: string): Promise<{ code: string; name: string | null }[]> {
    return this.db.transaction(scope, async () => {
      const users = await this.users.list(scope, contractorId);
      const names = new Map(
        users.map(({ userId, name }) => [userId, this.seals.openName(scope, `${contractorId}:${userId}`, name)]),
      );
      const now = scope.clock.now();
      return (await this.codes.list(scope, contractorId)).flatMap(({ id, userId, label, code, ...times }) => {
        if (!code || stateOf(times, now) !== 'open') return [];
        const name = this.seals.openLabel(scope, id, label) ?? names.get(userId) ?? null;
        return [{ code: this.seals.openCode(scope, id, code), name }];
      });
    });
  }

  private async make(scope: Scope, { contractorId, userId, label, expiresAt }: Wanted): Promise<string> {
    const [id, code, createdAt] = [newId(), newCode(), scope.clock.now()];
    await this.codes.endOpen(scope, contractorId, { userIds: [userId], expiredOnly: true, at: createdAt });
    const made = await this.codes.insert(scope, {
      id,
      contractorId,
      userId,
      label: this.seals.label(scope, id, label),
      code: this.seals.code(scope, id, code),
      codeHash: codeHash(scope, code),
      createdAt,
      expiresAt,
    });
    if (!made) {
      const open = (await this.codes.list(scope, contractorId)).find((one) => one.userId === userId && one.code);
      // Nobody has an open code: the new one is somebody else's already, which 2^53 make rare but not impossible.
      if (!open) return this.make(scope, { contractorId, userId, label, expiresAt });
      throw codeOpenAlready(open.id);
    }
    await this.audit.record(scope, 'linking.user_code_given', `user-codes/${id}`);
    return id;
  }

  private async contractor(scope: Scope, externalId: string): Promise<string> {
    const id = (await this.members.find(scope, [externalId])).get(externalId);
    if (!id) throw notFound('member');
    return id;
  }

  private async get(scope: Scope, contractorId: string, id: string): Promise<UserCodeDto> {
    return (await this.all(scope, contractorId)).find((code) => code.id === id)!;
  }

  private async all(scope: Scope, contractorId: string): Promise<UserCodeDto[]> {
    const now = scope.clock.now();
    return (await this.codes.list(scope, contractorId)).map((code) => this.shown(scope, code, now));
  }

  private shown(scope: Scope, { userId: _, label, code, ...stored }: StoredUserCode, now: Date): UserCodeDto {
    const state = stateOf(stored, now);
    return {
      ...stored,
      label: this.seals.openLabel(scope, stored.id, label),
      code: code && state === 'open' ? this.seals.openCode(scope, stored.id, code) : null,
      state,
    };
  }
}

function stateOf({ usedAt, expiresAt }: Pick<StoredUserCode, 'usedAt' | 'expiresAt'>, now: Date): UserCodeDto['state'] {
  if (usedAt) return 'used';
  return expiresAt && expiresAt <= now ? 'expired' : 'open';
}

function future(scope: Scope, instant: string | undefined): Date | null {
  if (instant === undefined) return null;
  const at = new Date(instant);
  if (at <= scope.clock.now()) throw invalid([{ path: '/expiresAt', detail: 'must lie ahead' }]);
  return at;
}
