import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups } from '../row-level-security.js';

/** Work that must happen, committed together with the reason for it. */
export class Outbox0002 implements MigrationInterface {
  readonly name = 'Outbox0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    // Rows come and go and are rewritten in place while they are claimed: room on the page, and an early vacuum.
    await runner.query(`
      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- null: the installation's own work, such as a schedule
        workspace_id uuid REFERENCES workspaces,
        job text NOT NULL,
        lane text NOT NULL,
        payload jsonb NOT NULL,
        one_at_a_time text,
        -- a schedule's row stays for ever and moves on to its next occurrence
        recurring boolean NOT NULL DEFAULT false,
        due_at timestamptz NOT NULL,
        -- runs that were begun, so that one which takes its process down counts too
        attempts integer NOT NULL DEFAULT 0,
        -- by the machine's clock: until then a process is taken to be alive and running this
        lease_until timestamptz,
        parked_at timestamptz,
        error text,
        created_at timestamptz NOT NULL
      ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
      CREATE INDEX outbox_due ON outbox (lane, due_at, id) WHERE parked_at IS NULL AND one_at_a_time IS NULL;
      CREATE INDEX outbox_keyed_due ON outbox (lane, due_at, id) WHERE parked_at IS NULL AND one_at_a_time IS NOT NULL;
      CREATE INDEX outbox_by_key ON outbox (job, one_at_a_time, due_at, id)
        WHERE one_at_a_time IS NOT NULL AND parked_at IS NULL;
      CREATE INDEX outbox_parked ON outbox (workspace_id, parked_at, id) WHERE parked_at IS NOT NULL;
      CREATE UNIQUE INDEX outbox_recurring ON outbox (job) WHERE recurring;
      ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
      ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
      CREATE POLICY workspace ON outbox
        USING (workspace_id IS NOT DISTINCT FROM (select nullif(current_setting('app.workspace_id', true), '')::uuid))
        WITH CHECK (workspace_id IS NOT DISTINCT FROM (select nullif(current_setting('app.workspace_id', true), '')::uuid));
    `);
    await allowLookups(runner, 'outbox');
    await this.createClaiming(runner);
    await this.createLookups(runner);
  }

  /**
   * Claiming goes from a bare id to a workspace, so it belongs to the owner. It commits on its own before the work runs,
   * and does not wait for the disk: what a crash of the whole server can take back is one count of one attempt.
   */
  private async createClaiming(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE POLICY claim ON outbox FOR UPDATE TO CURRENT_USER USING (true);

      CREATE FUNCTION claim_outbox(row_id bigint, at timestamptz, machine_at timestamptz, lease interval)
        RETURNS TABLE (workspace_id uuid, job text, payload jsonb, one_at_a_time text, recurring boolean, attempts integer)
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public
        AS $$
        DECLARE found outbox;
        BEGIN
          PERFORM set_config('synchronous_commit', 'off', true);
          SELECT o.* INTO found FROM outbox o
           WHERE o.id = row_id AND o.parked_at IS NULL AND o.due_at <= at
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

      CREATE FUNCTION outbox_key(job text, key text) RETURNS bigint LANGUAGE sql IMMUTABLE
        AS $$ SELECT hashtextextended('jobs ' || job || ' ' || key, 0) $$;

      CREATE FUNCTION renew_outbox(row_ids bigint[], until timestamptz) RETURNS void
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public
        AS $$
        BEGIN
          PERFORM set_config('synchronous_commit', 'off', true);
          UPDATE outbox SET lease_until = until WHERE id = ANY (row_ids) AND lease_until IS NOT NULL;
        END $$;
    `);
  }

  private async createLookups(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Of rows that must not run at the same time only the first: the others follow when it has ended.
      CREATE FUNCTION lookup_due_outbox(of_lane text, at timestamptz, machine_at timestamptz, most integer)
        RETURNS TABLE (id bigint, lane text, due_at timestamptz)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS '(SELECT id, lane, due_at FROM outbox
              WHERE lane = of_lane AND due_at <= at AND parked_at IS NULL AND one_at_a_time IS NULL
                AND (lease_until IS NULL OR lease_until <= machine_at)
              ORDER BY due_at, id LIMIT most)
            UNION ALL
            (SELECT id, lane, due_at
               FROM (SELECT DISTINCT ON (job, one_at_a_time) id, lane, due_at, lease_until FROM outbox
                      WHERE lane = of_lane AND due_at <= at AND parked_at IS NULL AND one_at_a_time IS NOT NULL
                      ORDER BY job, one_at_a_time, due_at, id) first
              WHERE lease_until IS NULL OR lease_until <= machine_at
              ORDER BY due_at, id LIMIT most)
            ORDER BY due_at, id LIMIT most';

      CREATE FUNCTION lookup_next_outbox(of_job text, key text, at timestamptz) RETURNS TABLE (id bigint, lane text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT id, lane FROM outbox
             WHERE job = of_job AND one_at_a_time = key AND due_at <= at AND parked_at IS NULL
             ORDER BY due_at, id LIMIT 1';

      CREATE FUNCTION lookup_outbox_figures(at timestamptz)
        RETURNS TABLE (lane text, due bigint, later bigint, parked bigint, oldest_due_at timestamptz)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT lane,
                   count(*) FILTER (WHERE parked_at IS NULL AND due_at <= at),
                   count(*) FILTER (WHERE parked_at IS NULL AND due_at > at),
                   count(*) FILTER (WHERE parked_at IS NOT NULL),
                   min(due_at) FILTER (WHERE parked_at IS NULL AND due_at <= at)
              FROM outbox GROUP BY lane';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
