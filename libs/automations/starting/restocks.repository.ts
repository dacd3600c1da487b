import { Injectable } from '@nestjs/common';
import { Database, empty, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

@Injectable()
export class RestocksRepository {
  constructor(private readonly db: Database) {}

  /**
   * Members who looked at a product (the company's own id) since then, the latest first.
   * @param until nobody who looked later; absent: whoever has
   * @param most at most so many
   */
  async viewers(
    scope: WorkspaceRef,
    productId: string,
    { since, until, most }: { since: Date; until?: Date; most: number },
  ): Promise<string[]> {
    const rows = await this.db.query<{ memberId: string }>(
      scope,
      sql`select v.member_id as "memberId" from page_views v
            join catalog_terms t on t.workspace_id = v.workspace_id and t.id = v.product_id
           where v.workspace_id = ${scope.workspaceId} and t.kind = 'product' and t.term = ${productId}
             and v.viewed_at >= ${since} ${until ? sql`and v.viewed_at <= ${until}` : empty}
           group by v.member_id order by max(v.viewed_at) desc, v.member_id limit ${most}`,
    );
    return rows.map(({ memberId }) => memberId);
  }
}
