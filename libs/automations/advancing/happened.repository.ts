import { Injectable } from '@nestjs/common';
import { bigints, Database, instants, prepared, sql } from '#database';
import type { Scope } from '#kernel';
import type { JourneyEvent } from '../machine/run.js';
import type { Run } from '../runs/runs.repository.js';

/** An event of a run's member. */
export interface EventOfRun extends JourneyEvent {
  runId: string;
}

/** That a tie came to be or ended, of a run's member. */
interface TieOfRun {
  runId: string;
  id: string;
  role: string;
  route: string;
  channelId: string;
  change: 'linked' | 'unlinked';
  at: number;
}

/** Ends by these are none: the member has another link instead. */
const MOVED = ['taken_over', 'takeover_undone'];

@Injectable()
export class HappenedRepository {
  constructor(private readonly db: Database) {}

  /** events.seq of each member's newest event. */
  async newest(scope: Scope, memberIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.db.query<{ memberId: string; seq: string }>(
      scope,
      prepared(sql`select n.id as "memberId", e.seq from unnest(${bigints(memberIds)}::bigint[]) as n (id)
           cross join lateral (select seq from events where workspace_id = ${scope.workspaceId} and member_id = n.id
                                order by seq desc limit 1) e`),
    );
    return new Map(rows.map(({ memberId, seq }) => [memberId, seq]));
  }

  /** Events that happened at or after each run's start and may be news to it, in order of (at, seq). */
  async events(scope: Scope, runs: readonly Run[], types: readonly string[]): Promise<EventOfRun[]> {
    return this.db.query<EventOfRun>(
      scope,
      prepared(sql`select n.run_id as "runId", e.seq, e.type, (extract(epoch from e.occurred_at) * 1000)::float8 as at, e.body
            from ${given(runs)}
           cross join lateral (
             select * from events where workspace_id = ${scope.workspaceId} and member_id = n.member_id
                and seq >= n.look_from and type = any(${types}::text[]) and occurred_at >= n.start_at offset 0) e
           order by e.occurred_at, e.seq`),
    );
  }

  /** Ties made or ended since each run's start, in order of time. */
  async ties(scope: Scope, runs: readonly Run[]): Promise<EventOfRun[]> {
    const rows = await this.db.query<TieOfRun>(
      scope,
      prepared(sql`select n.run_id as "runId", l.id, l.role, l.route, l.channel_id as "channelId", c.change,
                 (extract(epoch from c.at) * 1000)::float8 as at
            from ${given(runs)}
           cross join lateral (
             select * from links where workspace_id = ${scope.workspaceId} and member_id = n.member_id
              union all
             -- who walks as a LINE user
             select * from links where workspace_id = ${scope.workspaceId} and n.member_id < 0
                and line_user_id = -n.member_id and ended_at is null) l
           cross join lateral (values ('linked', greatest(l.linked_at, l.created_at)),
              ('unlinked', case when l.end_reason <> all(${MOVED}::text[]) then l.ended_at end)) c (change, at)
           where c.at >= n.start_at
           order by c.at, l.id`),
    );
    return rows.map(({ runId, id, change, at, role, route, channelId }) => {
      return { runId, seq: `${change}:${id}`, type: change, at, body: { role, route, channelId } };
    });
  }

  /** Of what members want to be sent no more since each run's start, in order of time. */
  async optOuts(scope: Scope, runs: readonly Run[]): Promise<EventOfRun[]> {
    const rows = await this.db.query<{ runId: string; id: string; purpose: string; at: number }>(
      scope,
      prepared(sql`select n.run_id as "runId", o.id, o.purpose, (extract(epoch from o.at) * 1000)::float8 as at
            from ${given(runs)}
           cross join lateral (
             select id, purpose, greatest(since, recorded_at) as at from member_opt_outs
              where workspace_id = ${scope.workspaceId} and member_id = n.member_id offset 0) o
           where o.at >= n.start_at
           order by o.at, o.id`),
    );
    return rows.map(({ id, purpose, ...of }) => ({
      ...of,
      seq: `opted_out:${id}`,
      type: 'opted_out',
      body: { purpose },
    }));
  }
}

function given(runs: readonly Run[]) {
  return sql`unnest(${bigints(runs.map(({ id }) => id))}::bigint[], ${bigints(runs.map(({ memberId }) => memberId))}::bigint[],
                    ${bigints(runs.map(({ lookFrom }) => lookFrom))}::bigint[],
                    ${instants(runs.map(({ state }) => state.start.at))}::timestamptz[])
               as n (run_id, member_id, look_from, start_at)`;
}
