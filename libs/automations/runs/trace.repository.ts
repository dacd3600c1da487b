import { Injectable } from '@nestjs/common';
import { bigints, Database, instants, integers, prepared, sql, texts } from '#database';
import type { Scope } from '#kernel';
import type { Decision } from '../machine/run.js';

/** A decision of a run, in its place. */
export interface TracedDecision extends Decision {
  memberId: string;
  runId: string;
  number: number;
}

/** Something a run handed to delivery. */
export interface TracedSend {
  memberId: string;
  journeyId: string;
  step: string;
  /** Milliseconds since 1970. */
  at: number;
  runId: string;
  /** Of the decision. */
  number: number;
  sendId: string;
}

/** How often a step has sent to a member since an instant. */
export interface SendsQuestion {
  stepId: string;
  memberId: string;
  /** Milliseconds since 1970. */
  since: number;
}

@Injectable()
export class TraceRepository {
  constructor(private readonly db: Database) {}

  async add(scope: Scope, decisions: readonly TracedDecision[]): Promise<void> {
    if (decisions.length === 0) return;
    await this.db.execute(
      scope,
      prepared(sql`insert into journey_decisions (workspace_id, member_id, run_id, number, at, step, decision, detail)
          select ${scope.workspaceId}, member_id, run_id, number, at, step, decision, detail::jsonb
            from unnest(${bigints(decisions.map((d) => d.memberId))}::bigint[],
                        ${bigints(decisions.map((d) => d.runId))}::bigint[],
                        ${integers(decisions.map((d) => d.number))}::integer[],
                        ${instants(decisions.map((d) => d.at))}::timestamptz[],
                        ${texts(decisions.map((d) => d.step))}::text[],
                        ${texts(decisions.map((d) => d.decision))}::text[],
                        ${texts(decisions.map((d) => JSON.stringify(d.detail)))}::text[])
                 as n (member_id, run_id, number, at, step, decision, detail)`),
    );
  }

  async addSends(scope: Scope, sends: readonly TracedSend[]): Promise<void> {
    if (sends.length === 0) return;
    await this.db.execute(
      scope,
      prepared(sql`insert into journey_sends (workspace_id, member_id, journey_id, step, at, run_id, number, send_id)
          select ${scope.workspaceId}, member_id, journey_id::uuid, step, at, run_id, number, send_id::uuid
            from unnest(${bigints(sends.map((s) => s.memberId))}::bigint[], ${texts(sends.map((s) => s.journeyId))}::text[],
                        ${texts(sends.map((s) => s.step))}::text[], ${instants(sends.map((s) => s.at))}::timestamptz[],
                        ${bigints(sends.map((s) => s.runId))}::bigint[],
                        ${integers(sends.map((s) => s.number))}::integer[],
                        ${texts(sends.map((s) => s.sendId))}::text[])
                 as n (member_id, journey_id, step, at, run_id, number, send_id)`),
    );
  }

  /** In the order of the questions. */
  async countSends(scope: Scope, journeyId: string, questions: readonly SendsQuestion[]): Promise<number[]> {
    const rows = await this.db.query<{ count: number }>(
      scope,
      prepared(sql`select (select count(*)::int from journey_sends s
                   where s.workspace_id = ${scope.workspaceId} and s.member_id = n.member_id
                     and s.journey_id = ${journeyId} and s.step = n.step and s.at >= n.since) as count
            from unnest(${bigints(questions.map((q) => q.memberId))}::bigint[],
                        ${texts(questions.map((q) => q.stepId))}::text[],
                        ${instants(questions.map((q) => q.since))}::timestamptz[])
                 with ordinality as n (member_id, step, since, place)
           order by n.place`),
    );
    return rows.map(({ count }) => count);
  }
}
