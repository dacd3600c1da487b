import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows of the outbox that are claimed together, and say in what they may share a run. */
export class SharedRuns0024 implements MigrationInterface {
  readonly name = 'SharedRuns0000000000024';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- As claim_outbox, for rows that need not wait their turn.
      CREATE FUNCTION claim_outbox_rows(row_ids bigint[], at timestamptz, machine_at timestamptz, lease interval)
        RETURNS TABLE (id bigint, workspace_id uuid, job text, payload jsonb, one_at_a_time text, recurring boolean,
                       attempts integer)
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public
        AS $$
        BEGIN
          PERFORM set_config('synchronous_commit', 'off', true);
          RETURN QUERY
            WITH found AS (
              SELECT o.id FROM outbox o
               WHERE o.id = ANY (row_ids) AND o.parked_at IS NULL AND o.due_at <= at AND o.one_at_a_time IS NULL
                 AND (o.lease_until IS NULL OR o.lease_until <= machine_at)
               ORDER BY o.id FOR UPDATE SKIP LOCKED)
            UPDATE outbox o SET attempts = o.attempts + 1, lease_until = machine_at + lease
              FROM found WHERE o.id = found.id
            RETURNING o.id, o.workspace_id, o.job, o.payload, o.one_at_a_time, o.recurring, o.attempts;
        END $$;

      DROP FUNCTION lookup_due_outbox;
      -- Of rows that must not run at the same time only the first: the others follow when it has ended.
      CREATE FUNCTION lookup_due_outbox(of_lane text, at timestamptz, machine_at timestamptz, most integer)
        RETURNS TABLE (id bigint, lane text, job text, workspace_id uuid, due_at timestamptz)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS '(SELECT id, lane, job, workspace_id, due_at FROM outbox
              WHERE lane = of_lane AND due_at <= at AND parked_at IS NULL AND one_at_a_time IS NULL
                AND (lease_until IS NULL OR lease_until <= machine_at)
              ORDER BY due_at, id LIMIT most)
            UNION ALL
            (SELECT id, lane, job, workspace_id, due_at
               FROM (SELECT DISTINCT ON (job, one_at_a_time) id, lane, job, workspace_id, due_at, lease_until
                       FROM outbox
                      WHERE lane = of_lane AND due_at <= at AND parked_at IS NULL AND one_at_a_time IS NOT NULL
                      ORDER BY job, one_at_a_time, due_at, id) first
              WHERE lease_until IS NULL OR lease_until <= machine_at
              ORDER BY due_at, id LIMIT most)
            ORDER BY due_at, id LIMIT most';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
