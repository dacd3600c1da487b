import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { Repetition } from '../repeating/repetition.js';

/** A campaign, or one time at which it came back, at its moment. */
export interface CalendarEntry {
  id: string;
  name: string;
  /** Of the campaign, or of that time. */
  state: string;
  at: Date;
  changedAt: Date;
  /** Of one that will come back: `at` is the next time. */
  repeat: Repetition | null;
  /** Whether this is a time at which one came back that others come before and after. */
  recurring: boolean;
}

@Injectable()
export class CalendarRepository {
  constructor(private readonly db: Database) {}

  async setToken(scope: Scope, tokenHash: Buffer): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into campaign_calendars (workspace_id, token_hash, created_at)
          values (${scope.workspaceId}, ${tokenHash}, ${scope.clock.now()})
          on conflict (workspace_id) do update set token_hash = excluded.token_hash, created_at = excluded.created_at`,
    );
  }

  async removeToken(scope: WorkspaceRef): Promise<void> {
    await this.db.execute(scope, sql`delete from campaign_calendars where workspace_id = ${scope.workspaceId}`);
  }

  async workspaceOf(scope: null, tokenHash: Buffer): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ workspaceId: string }>(
      scope,
      sql`select workspace_id as "workspaceId" from lookup_campaign_calendar(${tokenHash})`,
    );
    return row?.workspaceId;
  }

  /** The latest ones. @param since those before are left out */
  entries(scope: WorkspaceRef, since: Date, limit: number): Promise<CalendarEntry[]> {
    return this.db.query<CalendarEntry>(
      scope,
      sql`with entries as (
            select c.id, c.name, case c.state when 'started' then s.state else c.state end as state,
                   case when c.state = 'started' then s.created_at else coalesce(c.starts_at, c.send_at) end as at,
                   c.updated_at as "changedAt", c.repeat, c.repeat is not null as recurring
              from campaigns c
              left join sends s on s.workspace_id = c.workspace_id and s.id = c.send_id
             where c.workspace_id = ${scope.workspaceId}
               and (c.repeat is null or c.state in ('draft', 'scheduled', 'awaiting_approval', 'paused'))
            union all
            select c.id, c.name, case r.state when 'started' then s.state else r.state end, r.occurs_at, r.created_at,
                   null, true
              from campaign_runs r
              join campaigns c on c.workspace_id = r.workspace_id and c.id = r.campaign_id
              left join sends s on s.workspace_id = r.workspace_id and s.id = r.send_id
             where r.workspace_id = ${scope.workspaceId})
          select * from entries where at >= ${since} order by at desc, id limit ${limit}`,
    );
  }
}
