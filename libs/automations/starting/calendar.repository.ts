import { Injectable } from '@nestjs/common';
import { Database, sql, type Sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { DateStart } from '../definition/starts.js';
import type { OwnDay } from './calendar.js';

/** The next members in the order of their ids. */
export interface From {
  /** members.id of the last one seen; `0` to begin. */
  after: string;
  most: number;
}

@Injectable()
export class CalendarRepository {
  constructor(private readonly db: Database) {}

  /** Journeys of all workspaces into which the calendar brings people now. */
  dueJourneys(scope: null, at: Date): Promise<{ workspaceId: string; journeyId: string }[]> {
    return this.db.query(
      scope,
      sql`select workspace_id as "workspaceId", journey_id as "journeyId" from lookup_due_journey_starts(${at})`,
    );
  }

  /** Does something with when the calendar brings people into an active journey, held against others meanwhile. */
  async atNextStart(scope: WorkspaceRef, journeyId: string, work: (at: Date) => Promise<void>): Promise<void> {
    await this.db.transaction(scope, async () => {
      const row = await this.db.maybeOne<{ at: Date | null }>(
        scope,
        sql`select next_start_at as at from journeys
             where workspace_id = ${scope.workspaceId} and id = ${journeyId} and state = 'active' for no key update`,
      );
      if (row?.at) await work(row.at);
    });
  }

  /** Members whose day it is. */
  async havingDay(scope: Scope, start: DateStart, day: OwnDay, from: From): Promise<string[]> {
    if (start.birthday)
      return this.next(scope, sql`to_char(p.birth_date, 'MM-DD') = any(${day.monthDays}::text[])`, from);
    if (start.attribute !== undefined)
      return this.next(scope, sql`p.attributes ->> ${start.attribute}::text = ${day.date}`, from);
    return day.month === null ? [] : this.next(scope, sql`m.birth_month = ${day.month}`, from);
  }

  /** Members for whom a condition over `members m` holds; undefined: all. */
  meant(scope: Scope, condition: Sql | undefined, from: From): Promise<string[]> {
    return this.next(scope, condition ?? sql`true`, from);
  }

  private async next(scope: Scope, condition: Sql, { after, most }: From): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`select m.id from members m
            left join member_profiles p on p.workspace_id = m.workspace_id and p.member_id = m.id
           where m.workspace_id = ${scope.workspaceId} and m.id > ${after}::bigint and (${condition})
           order by m.id limit ${most}`,
    );
    return rows.map(({ id }) => id);
  }
}
