import { Injectable } from '@nestjs/common';
import { Database, sql, texts } from '#database';
import type { WorkspaceRef } from '#kernel';

export type TermKind = 'category' | 'product' | 'store';

export interface Term {
  kind: TermKind;
  term: string;
}

export interface NumberedTerm extends Term {
  id: number;
}

@Injectable()
export class CatalogRepository {
  constructor(private readonly db: Database) {}

  async find(scope: WorkspaceRef, terms: Term[]): Promise<NumberedTerm[]> {
    return this.db.query<NumberedTerm>(
      scope,
      sql`select t.kind, t.term, t.id
            from unnest(${texts(terms.map((t) => t.kind))}::text[], ${texts(terms.map((t) => t.term))}::text[]) as n (kind, term)
           cross join lateral (select * from catalog_terms
                                where workspace_id = ${scope.workspaceId} and kind = n.kind and term = n.term limit 1) t`,
    );
  }

  /** In one order everywhere, so that two that make the same terms never wait for each other. */
  async make(scope: WorkspaceRef, terms: Term[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into catalog_terms (workspace_id, kind, term)
          select ${scope.workspaceId}, n.kind, n.term
            from unnest(${texts(terms.map((t) => t.kind))}::text[], ${texts(terms.map((t) => t.term))}::text[]) as n (kind, term)
           order by n.kind, n.term
          on conflict do nothing`,
    );
  }
}
