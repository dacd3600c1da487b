import { Injectable } from '@nestjs/common';
import { Database, empty, join, sql, type Sql } from '#database';
import type { Scope } from '#kernel';
import type { Compiled } from '../conditions/compiled.js';
import { Correlated } from '../conditions/correlated.js';
import { nextExisting } from '../conditions/next-existing.js';
import type { Question } from '../conditions/question.js';

export interface Judged {
  /** How many marks were taken. */
  taken: number;
  /** Pairs of segment and member. */
  entered: [segmentId: string, memberId: string][];
  left: [segmentId: string, memberId: string][];
}

export interface LiveRules {
  question: Question;
  rules: { segmentId: string; compiled: Compiled }[];
}

/** Marked members, set against what is written down of them. */
@Injectable()
export class JudgingRepository {
  constructor(private readonly db: Database) {}

  /**
   * Takes marks that are due, the oldest first, judges their members by all rules in one statement, and writes the
   * difference; whoever has something stored ahead is marked for when it begins to exist.
   */
  async judge(scope: Scope, { question, rules }: LiveRules, asOf: Date, most: number): Promise<Judged> {
    const workspace = sql`${scope.workspaceId}::uuid`;
    const { expressions, joins } = new Correlated(question).all(rules.map(({ compiled }) => compiled));
    const belongs = rules.map(({ segmentId }, at) => sql`case when ${expressions[at]} then ${segmentId}::uuid end`);
    const segments = sql`${rules.map(({ segmentId }) => segmentId)}::uuid[]`;
    const moment = sql`${asOf.toISOString()}::timestamptz`;
    return this.db.one<Judged>(
      scope,
      sql`with taken as (
            -- By their places: joined by keys, Postgres looks through all that are due at the same moment for each.
            delete from live_segment_marks
             where ctid = any(array(select ctid from live_segment_marks
                                     where workspace_id = ${workspace} and due_at <= ${moment} order by due_at limit ${most}))
            returning member_id),
          people as materialized (select distinct member_id from taken),
          judged as materialized (
            select m.id, array_remove(array[${belongs.length > 0 ? join(belongs) : empty}]::uuid[], null) as segments, ${nextExisting(question)} as due_at
              from people p
              cross join lateral (select * from members where workspace_id = ${workspace} and id = p.member_id limit 1) m${joins}),
          wanted as materialized (select j.id as member_id, segment_id from judged j cross join unnest(j.segments) segment_id),
          known as materialized (
            select p.member_id, l.segment_id, l.place from people p
              cross join lateral (select segment_id, ctid as place from live_segment_members
                                   where workspace_id = ${workspace} and member_id = p.member_id offset 0) l
             where l.segment_id = any(${segments})),
          come as (
            insert into live_segment_members (workspace_id, member_id, segment_id)
            select ${workspace}, n.* from (select * from wanted except select member_id, segment_id from known) n returning member_id, segment_id),
          lost as (
            delete from live_segment_members l
             where l.ctid = any(array(select k.place from known k
                                       where (k.member_id, k.segment_id) not in (select member_id, segment_id from wanted)))
            returning l.member_id, l.segment_id),
          ahead as (
            insert into live_segment_marks (workspace_id, member_id, due_at)
            select ${workspace}, id, due_at from judged where due_at is not null on conflict do nothing)
          select (select count(*)::int from taken) as taken, ${pairs('come')} as entered, ${pairs('lost')} as left`,
    );
  }
}

function pairs(of: 'come' | 'lost'): Sql {
  const from = of === 'come' ? sql`come` : sql`lost`;
  return sql`(select coalesce(jsonb_agg(jsonb_build_array(segment_id, member_id::text)), '[]') from ${from})`;
}
