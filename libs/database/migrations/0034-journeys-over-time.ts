import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Opt-outs that are told late, runs that are given up at last, and work that outlives a clock that is turned back. */
export class JourneysOverTime0034 implements MigrationInterface {
  readonly name = 'JourneysOverTime0000000000034';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- When we were told, which may be long after it was said elsewhere; null of what was told before.
      ALTER TABLE member_opt_outs ADD COLUMN recorded_at timestamptz;

      -- Runs that are kept whole, by when they ended.
      CREATE INDEX journey_runs_ended ON journey_runs (workspace_id, ended_at) WHERE ended_at IS NOT NULL AND decisions > 0;
      CREATE FUNCTION lookup_workspaces_with_old_runs(before timestamptz) RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT w.workspace_id FROM (SELECT DISTINCT j.workspace_id FROM journeys j) w
             WHERE EXISTS (SELECT FROM journey_runs r WHERE r.workspace_id = w.workspace_id
                              AND r.ended_at < before AND r.decisions > 0)';
    `);
    await this.letClocksTurn(runner);
  }

  /** Work that is due at once is so by every clock, and what waits for a while is counted anew. */
  private async letClocksTurn(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- the moment from which due_at was counted; null where that is a moment of the calendar
      ALTER TABLE outbox ADD COLUMN counted_from timestamptz;

      CREATE OR REPLACE FUNCTION claim_outbox(row_id bigint, at timestamptz, machine_at timestamptz, lease interval)
        RETURNS TABLE (workspace_id uuid, job text, payload jsonb, one_at_a_time text, recurring boolean, attempts integer)
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public
        AS $$
        DECLARE found outbox;
        BEGIN
          PERFORM set_config('synchronous_commit', 'off', true);
          SELECT o.* INTO found FROM outbox o
           WHERE o.id = row_id AND o.parked_at IS NULL AND (o.due_at <= at OR o.due_at = o.counted_from)
             AND (o.lease_until IS NULL OR o.lease_until <= machine_at)
             FOR UPDATE SKIP LOCKED;
          IF found.id IS NULL THEN RETURN; END IF;
          IF found.one_at_a_time IS NOT NULL THEN
            -- Held by whoever is claiming for this key, and to its end by an in-transaction handler that runs for it.
            IF NOT pg_try_advisory_xact_lock(outbox_key(found.job, found.one_at_a_time)) THEN RETURN; END IF;
            IF EXISTS (SELECT FROM outbox o
                        WHERE o.job = found.job AND o.one_at_a_time = found.one_at_a_time AND o.parked_at IS NULL
                          AND o.id <> row_id AND o.lease_until > machine_at) THEN RETURN; END IF;
          END IF;
          UPDATE outbox o SET attempts = o.attempts + 1, lease_until = machine_at + lease WHERE o.id = row_id;
          RETURN QUERY SELECT found.workspace_id, found.job, found.payload, found.one_at_a_time, found.recurring,
                              found.attempts + 1;
        END $$;

      CREATE OR REPLACE FUNCTION claim_outbox_rows(row_ids bigint[], at timestamptz, machine_at timestamptz, lease interval)
        RETURNS TABLE (id bigint, workspace_id uuid, job text, payload jsonb, one_at_a_time text, recurring boolean,
                       attempts integer)
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public
        AS $$
        BEGIN
          PERFORM set_config('synchronous_commit', 'off', true);
          RETURN QUERY
            WITH found AS (
              SELECT o.id FROM outbox o
               WHERE o.id = ANY (row_ids) AND o.parked_at IS NULL AND (o.due_at <= at OR o.due_at = o.counted_from)
                 AND o.one_at_a_time IS NULL AND (o.lease_until IS NULL OR o.lease_until <= machine_at)
               ORDER BY o.id FOR UPDATE SKIP LOCKED)
            UPDATE outbox o SET attempts = o.attempts + 1, lease_until = machine_at + lease
              FROM found WHERE o.id = found.id
            RETURNING o.id, o.workspace_id, o.job, o.payload, o.one_at_a_time, o.recurring, o.attempts;
        END $$;

      -- What was put off by a clock that was further on than this one waits as long as it was to, from now.
      CREATE FUNCTION recount_outbox(at timestamptz) RETURNS void
        LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public
        AS $$
          UPDATE outbox o SET due_at = at + (o.due_at - o.counted_from), counted_from = at
           WHERE o.id IN (SELECT id FROM outbox WHERE counted_from > at AND due_at > at FOR UPDATE SKIP LOCKED)
        $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
