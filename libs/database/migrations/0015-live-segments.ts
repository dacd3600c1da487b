import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** Segments whose members are known at any time, and whose members are to be judged anew. */
export class LiveSegments0015 implements MigrationInterface {
  readonly name = 'LiveSegments0000000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE live_segments (
        workspace_id uuid NOT NULL,
        segment_id uuid NOT NULL,
        -- [{ kind, id }]; it is live for as long as there is one
        watchers jsonb NOT NULL,
        -- building: who belongs to it is not known yet
        state text NOT NULL CHECK (state IN ('building', 'live')),
        -- the moment as of which everybody was judged last
        as_of timestamptz,
        -- when the calendar makes its rule mean something else; null: never
        recompute_at timestamptz,
        -- by whose days everybody was judged
        time_zone text,
        PRIMARY KEY (workspace_id, segment_id),
        FOREIGN KEY (workspace_id, segment_id) REFERENCES segments,
        CHECK (state = 'building' OR as_of IS NOT NULL AND time_zone IS NOT NULL)
      );
      CREATE TABLE live_segment_members (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        segment_id uuid NOT NULL,
        PRIMARY KEY (workspace_id, member_id, segment_id)
      );
      CREATE INDEX live_segment_members_by_segment ON live_segment_members (workspace_id, segment_id, member_id);
      -- Who is to be judged, as soon as the moment has come: something about them has changed, or will exist then. Rows
      -- live for a moment: an early vacuum.
      CREATE TABLE live_segment_marks (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        due_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, member_id, due_at)
      ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
      CREATE INDEX live_segment_marks_due ON live_segment_marks (workspace_id, due_at);
      -- One row a workspace that ever had a live segment.
      CREATE TABLE live_segment_clocks (
        workspace_id uuid PRIMARY KEY REFERENCES workspaces,
        -- a job is on its way that will see every mark that was made until now
        judging_asked boolean NOT NULL DEFAULT false,
        -- nobody is judged as of an earlier moment, also where the clock is set back
        as_of timestamptz NOT NULL
      ) WITH (fillfactor = 50);
    `);
    for (const table of ['live_segments', 'live_segment_members', 'live_segment_marks', 'live_segment_clocks'])
      await isolateByWorkspace(runner, table);
    for (const table of ['live_segments', 'live_segment_marks', 'live_segment_clocks'])
      await allowLookups(runner, table);
    await this.createLookups(runner);
  }

  private async createLookups(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Workspaces in which somebody is to be judged, and since when.
      CREATE FUNCTION lookup_live_segment_marks(at timestamptz) RETURNS TABLE (workspace_id uuid, due_at timestamptz)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT c.workspace_id, first.due_at FROM live_segment_clocks c
             CROSS JOIN LATERAL (SELECT m.due_at FROM live_segment_marks m
                                  WHERE m.workspace_id = c.workspace_id AND m.due_at <= at
                                  ORDER BY m.due_at LIMIT 1) first';
      -- Segments whose rules the calendar, or another time zone, has made mean something else.
      CREATE FUNCTION lookup_live_segments_to_recompute(at timestamptz) RETURNS TABLE (workspace_id uuid, segment_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT l.workspace_id, l.segment_id FROM live_segments l JOIN workspaces w ON w.id = l.workspace_id
             WHERE l.state = ''live'' AND (l.recompute_at <= at OR l.time_zone <> w.time_zone)';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
