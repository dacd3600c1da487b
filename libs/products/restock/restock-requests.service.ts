import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { tooManyRequests } from '../products.errors.js';
import { RestockRequestsRepository, type RestockRequest, type Waiting } from './restock-requests.repository.js';

/** Nobody waits for more by hand. */
const MOST_PER_MEMBER = 1_000;

/** Who wants to hear when a product is back. Products go by the company's own ids here, known to us or not. */
@Injectable()
export class RestockRequests {
  constructor(
    private readonly db: Database,
    private readonly repository: RestockRequestsRepository,
    private readonly members: Members,
  ) {}

  /**
   * Notes that a member asks; asking again changes nothing.
   * @throws AppError 404 for an unknown member, 409 for one who waits for too many products
   */
  async ask(scope: Scope, externalId: string, productId: string): Promise<RestockRequest> {
    const memberId = await this.memberOf(scope, externalId);
    return this.db.transaction(scope, async () => {
      await this.repository.claim(scope, memberId);
      const asked = await this.repository.find(scope, memberId, productId);
      if (asked) return asked;
      if ((await this.repository.count(scope, memberId)) >= MOST_PER_MEMBER) throw tooManyRequests(MOST_PER_MEMBER);
      return this.repository.add(scope, memberId, productId);
    });
  }

  /** A member's requests in the order of the products' ids. @throws AppError 404 */
  async list(scope: Scope, externalId: string, limit: number, after = ''): Promise<RestockRequest[]> {
    return this.repository.list(scope, await this.memberOf(scope, externalId), limit, after);
  }

  /** @throws AppError 404 where the member did not ask */
  async withdraw(scope: Scope, externalId: string, productId: string): Promise<void> {
    const memberId = await this.memberOf(scope, externalId);
    const removed = await this.repository.end(scope, productId, [memberId]);
    if (removed === 0) throw notFound('restock-request');
  }

  /**
   * Who waits for a product, in the order in which they asked.
   * @param after `id` of the last one seen
   */
  waiting(
    scope: Scope,
    productId: string,
    { limit, after = '0' }: { limit: number; after?: string },
  ): Promise<Waiting[]> {
    return this.repository.waiting(scope, productId, limit, after);
  }

  /**
   * They have heard; who asks again waits for the next time. In the ambient transaction, where there is one.
   * @param memberIds members.id
   * @returns how many of them were waiting
   */
  async fulfil(scope: Scope, productId: string, memberIds: readonly string[]): Promise<number> {
    return memberIds.length === 0 ? 0 : this.repository.end(scope, productId, memberIds);
  }

  private async memberOf(scope: Scope, externalId: string): Promise<string> {
    const id = (await this.members.find(scope, [externalId])).get(externalId);
    if (id === undefined) throw notFound('member');
    return id;
  }
}
