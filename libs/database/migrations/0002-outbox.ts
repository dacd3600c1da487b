import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups } from '../row-level-security.js';

/** Work that must happen, committed together with the reason for it. */
export class Outbox0002 implements MigrationInterface {
  readonly name = 'Outbox0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- null: the installation's own work, such as a schedule
        workspace_id uuid REFERENCES workspaces,
        job text NOT NULL,
        lane text NOT NULL,
        payload jsonb NOT NULL,
        one_at_a_time text,
        due_at timestamptz NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        lease_until timestamptz,
        parked_at timestamptz,
        error text,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX outbox_due ON outbox (lane, due_at, id) WHERE parked_at IS NULL;
      CREATE INDEX outbox_by_workspace ON outbox (workspace_id, job);
      ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
      ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
      CREATE POLICY workspace ON outbox
        USING (workspace_id IS NOT DISTINCT FROM (select nullif(current_setting('app.workspace_id', true), '')::uuid))
        WITH CHECK (workspace_id IS NOT DISTINCT FROM (select nullif(current_setting('app.workspace_id', true), '')::uuid));
    `);
    await allowLookups(runner, 'outbox');
    await runner.query(`
      CREATE FUNCTION lookup_due_outbox(of_lane text, at timestamptz, most integer)
        RETURNS TABLE (id bigint, workspace_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT id, workspace_id FROM outbox
             WHERE lane = of_lane AND due_at <= at AND parked_at IS NULL AND (lease_until IS NULL OR lease_until <= at)
             ORDER BY due_at, id LIMIT most';
      CREATE FUNCTION lookup_outbox_workspace(row_id bigint) RETURNS TABLE (workspace_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT workspace_id FROM outbox WHERE id = row_id';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
