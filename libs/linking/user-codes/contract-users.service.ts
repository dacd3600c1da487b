import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { invalid, notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { ContractUsersRepository } from './contract-users.repository.js';
import { UserCodeSeals } from './user-code-seals.js';
import type { ContractUserDto, ShownContractUserDto } from './user-codes.dto.js';
import { UserCodes } from './user-codes.service.js';

/** Who uses a contract: a parent pays, children use. */
@Injectable()
export class ContractUsers {
  constructor(
    private readonly users: ContractUsersRepository,
    private readonly codes: UserCodes,
    private readonly members: Members,
    private readonly seals: UserCodeSeals,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /** @param externalId of the contractor. @throws AppError 404 */
  async list(scope: Scope, externalId: string): Promise<ShownContractUserDto[]> {
    return this.db.transaction(scope, async () => {
      const contractorId = (await this.members.find(scope, [externalId])).get(externalId);
      if (!contractorId) throw notFound('member');
      return this.shown(scope, contractorId);
    });
  }

  /**
   * Says who the users are, all of them. Who is none any more loses an open code, but no link: what they linked is their
   * own member. Where the contractor is linked already, new users get their codes at once.
   * @throws AppError 404 for an unknown contractor, 400 for unknown or repeated users
   */
  async replace(scope: Scope, externalId: string, given: ContractUserDto[]): Promise<ShownContractUserDto[]> {
    return this.db.transaction(scope, async () => {
      const ids = await this.members.find(scope, [externalId, ...given.map(({ memberId }) => memberId)]);
      const contractorId = ids.get(externalId);
      if (!contractorId) throw notFound('member');
      checkUsers(given, ids);
      await this.users.hold(scope, contractorId);
      const at = scope.clock.now();
      const userIds = given.map(({ memberId }) => ids.get(memberId)!);
      const gone = await this.users.keepOnly(scope, contractorId, userIds);
      await this.codes.endOpen(scope, contractorId, gone);
      for (const { memberId, name } of given) {
        const userId = ids.get(memberId)!;
        const sealed = this.seals.name(scope, `${contractorId}:${userId}`, name);
        await this.users.put(scope, contractorId, { userId, name: sealed, at });
      }
      if (await this.users.isLinked(scope, contractorId)) await this.codes.ensureAll(scope, contractorId);
      await this.audit.record(scope, 'linking.contract_users_changed', `members/${contractorId}`);
      return this.shown(scope, contractorId);
    });
  }

  private async shown(scope: Scope, contractorId: string): Promise<ShownContractUserDto[]> {
    return (await this.users.list(scope, contractorId)).map(({ userId, memberId, name, linked }) => ({
      memberId,
      name: this.seals.openName(scope, `${contractorId}:${userId}`, name),
      linked,
    }));
  }
}

/** @throws AppError 400 naming every offending place */
function checkUsers(given: ContractUserDto[], ids: Map<string, string>): void {
  const errors = given.flatMap(({ memberId }, index) => {
    const path = `/users/${index}/memberId`;
    if (!ids.has(memberId)) return [{ path, detail: 'is not a member of this workspace' }];
    const first = given.findIndex((other) => other.memberId === memberId);
    return first === index ? [] : [{ path, detail: 'stands in the list before' }];
  });
  if (errors.length > 0) throw invalid(errors);
}
