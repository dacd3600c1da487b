import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APP_ROLE } from '../row-level-security.js';

/** Old months of the ledger are given up whole, once what became of their sends is written down in totals. */
export class LedgerRetention0031 implements MigrationInterface {
  readonly name = 'LedgerRetention0000000000031';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Workspaces with sends from before a month that have ended and whose totals are not written down.
      CREATE FUNCTION lookup_workspaces_to_roll_up(before timestamptz) RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT DISTINCT workspace_id FROM sends
             WHERE id < first_id_at(before) AND ended_at IS NOT NULL AND totals IS NULL';
      -- Drops the months that end before a moment, but for those with a send that goes on or has no totals.
      CREATE FUNCTION drop_ledger_months(before timestamptz) RETURNS SETOF text
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        DECLARE
          part record;
          month timestamptz;
          month_after timestamptz;
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('ensure_ledger_months'));
          FOR part IN SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                       WHERE i.inhparent = 'pages'::regclass AND c.relname ~ '^pages_[0-9]{4}_[0-9]{2}$' ORDER BY 1 LOOP
            month := to_timestamp(substr(part.name, 7), 'YYYY_MM')::timestamp AT TIME ZONE 'UTC';
            month_after := (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
            CONTINUE WHEN month_after > before;
            CONTINUE WHEN EXISTS (SELECT FROM sends WHERE id >= first_id_at(month) AND id < first_id_at(month_after)
                                                      AND totals IS NULL);
            EXECUTE format('DROP TABLE %I, %I', part.name, 'recipients' || substr(part.name, 6));
            RETURN NEXT substr(part.name, 7);
          END LOOP;
        END $$;
      REVOKE EXECUTE ON FUNCTION drop_ledger_months FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION drop_ledger_months TO ${APP_ROLE};
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
