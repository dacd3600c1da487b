import { Injectable } from '@nestjs/common';
import { bigints, Database, empty, join, raw, sql, type Sql } from '#database';
import type { Scope } from '#kernel';
import type { Compiled } from '../conditions/compiled.js';
import { Correlated } from '../conditions/correlated.js';
import { Joined } from '../conditions/joined.js';
import { FALSE, or } from '../conditions/logic.js';
import type { Question, TermKind } from '../conditions/question.js';

/** What about the data decides how a question becomes SQL. */
export interface Circumstances {
  laterLinks: boolean;
  terms: { kind: TermKind; term: string; id: number }[] | null;
}

export interface Counts {
  count: number;
  linked: number;
  reachable: number;
}

/** The inside id of a member of whom one pass was not sure, and whether it was linked and a friend then. */
type Open = [id: string, linked: boolean, friend: boolean];

export interface MemberItem {
  /** The inside id, which the list is ordered by. */
  id: string;
  externalId: string;
  rank: string | null;
  birthMonth: number | null;
  visitCount: number;
  purchaseCount: number;
  /** Minor units; a bigint as text. */
  purchaseTotal: string;
  lastPurchaseAt: Date | null;
  linked: boolean;
  friendState: 'friend' | 'blocked' | 'none';
}

/**
 * Settings for statements over all members, until the ambient transaction ends. Hash tables of a million members need more
 * memory than the server gives by default. Pages are in memory mostly: the server's default cost of a random one keeps from
 * indexes that help, a lower one than this reads by index what is sooner read through (measured).
 */
const SETTINGS = sql`set_config('work_mem', '64MB', true), set_config('random_page_cost', '2', true)`;

@Injectable()
export class AnswersRepository {
  constructor(private readonly db: Database) {}

  /** Prepares the ambient transaction for large statements and looks up what the SQL depends on. */
  async prepare(scope: Scope, asOf: Date, terms: { kind: TermKind; term: string }[]): Promise<Circumstances> {
    const wanted = sql`unnest(${terms.map(({ kind }) => kind)}::text[], ${terms.map(({ term }) => term)}::text[]) as w (kind, term)`;
    return this.db.one<Circumstances>(
      scope,
      sql`select ${SETTINGS},
                 exists (select from links l where l.workspace_id = ${scope.workspaceId} and l.ended_at is null
                            and l.linked_at >= ${asOf.toISOString()}::timestamptz) as "laterLinks",
                 (select jsonb_agg(jsonb_build_object('kind', t.kind, 'term', t.term, 'id', t.id))
                    from ${wanted} join catalog_terms t on t.kind = w.kind and t.term = w.term
                   where t.workspace_id = ${scope.workspaceId}) as terms`,
    );
  }

  /** Where one pass leaves members open, these few are asked one by one: each counts as of one instant. */
  async count(scope: Scope, compiled: Compiled, question: Question): Promise<Counts> {
    const joined = new Joined(question);
    if (compiled.open.length === 0) return (await this.countAll(scope, joined.members(compiled))).counts;
    const { counts, open } = await this.countAll(scope, joined.members(compiled, 'above'), or(...compiled.open));
    if (open.length === 0) return counts;
    const ids = open.map(([id]) => id);
    const settled = await this.countAll(
      scope,
      sql`from members m where m.workspace_id = ${scope.workspaceId} and m.id = any(${ids}::bigint[])
           and ${new Correlated(question).expression(compiled)}`,
    );
    return {
      count: counts.count - open.length + settled.counts.count,
      linked: counts.linked - open.filter(([, linked]) => linked).length + settled.counts.linked,
      reachable: counts.reachable - open.filter(([, , friend]) => friend).length + settled.counts.reachable,
    };
  }

  /** In the order of the inside id. @param after the inside id of the last one seen */
  async members(
    scope: Scope,
    { compiled, question }: { compiled: Compiled; question: Question },
    limit: number,
    after: string | undefined,
  ): Promise<MemberItem[]> {
    return this.db.query<MemberItem>(
      scope,
      sql`select m.id, m.external_id as "externalId", m.rank, m.birth_month as "birthMonth",
                 m.visit_count as "visitCount", m.purchase_count as "purchaseCount",
                 m.purchase_total as "purchaseTotal", m.last_purchase_at as "lastPurchaseAt",
                 m.linked, m.friend_state as "friendState"
          ${new Joined(question).members(compiled)} and m.id > ${after ?? '0'}::bigint
          order by m.id limit ${limit}`,
    );
  }

  /** Pairs of whether it is true and what is there, one for each part, for one member. */
  async explain(
    scope: Scope,
    memberId: string,
    parts: { matches: Compiled; actual: Sql }[],
    question: Question,
  ): Promise<{ matches: boolean; actual: unknown }[]> {
    const columns = parts.flatMap(({ matches, actual }, index) => [
      sql`${new Correlated(question).expression(matches)} as ${raw(`matches${index}`)}`,
      sql`${actual} as ${raw(`actual${index}`)}`,
    ]);
    const row = await this.db.one<Record<string, unknown>>(
      scope,
      sql`select ${join(columns, ', ')} from members m
           where m.workspace_id = ${scope.workspaceId} and m.id = ${memberId}::bigint`,
    );
    return parts.map((_, index) => ({ matches: row[`matches${index}`] === true, actual: row[`actual${index}`] }));
  }

  /**
   * Whether each of these members belongs to the rule. Each is looked up by its id, whatever the planner believes.
   * @param asked inside ids, and beside them the columns of the moments' rows, if each has its own
   */
  async matches(
    scope: Scope,
    { compiled, question }: { compiled: Compiled; question: Question },
    { members, columns }: { members: readonly string[]; columns?: { names: Sql; arrays: Sql } },
  ): Promise<boolean[]> {
    const rows = await this.db.query<{ place: string }>(
      scope,
      sql`select q.place
            from unnest(${bigints(members)}::bigint[]${columns ? sql`, ${columns.arrays}` : empty})
                   with ordinality as q (member_id${columns ? sql`, ${columns.names}` : empty}, place)
            cross join lateral (select * from members
                                 where workspace_id = ${scope.workspaceId}::uuid and id = q.member_id limit 1) m
           where ${new Correlated(question).expression(compiled)}`,
    );
    const answers = members.map(() => false);
    for (const { place } of rows) answers[Number(place) - 1] = true;
    return answers;
  }

  /** An expression for a statement of somebody else's. */
  expression(scope: Scope, compiled: Compiled, question: Question): Sql {
    if (scope.workspaceId !== question.workspaceId) throw new Error('The question was asked in another workspace.');
    return new Correlated(question).expression(compiled);
  }

  /** @param isOpen of whom it may be wrong; they are returned as they were counted */
  private async countAll(scope: Scope, members: Sql, isOpen = FALSE): Promise<{ counts: Counts; open: Open[] }> {
    const friend = sql`m.friend_state = 'friend'`;
    const row = await this.db.one<Record<keyof Counts, string> & { open: Open[] | null }>(
      scope,
      sql`select count(*) as count, count(*) filter (where m.linked) as linked, count(*) filter (where ${friend}) as reachable,
                 array_agg(jsonb_build_array(m.id::text, m.linked, ${friend})) filter (where ${isOpen}) as open ${members}`,
    );
    const counts = { count: Number(row.count), linked: Number(row.linked), reachable: Number(row.reachable) };
    return { counts, open: row.open ?? [] };
  }
}
