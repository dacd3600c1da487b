import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** Limits that all processes keep together; menus chosen for LINE users; by which rules everybody has been judged. */
export class LinkingLimits0027 implements MigrationInterface {
  readonly name = 'LinkingLimits0000000000027';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- by which everybody was judged last; null while some may have been judged by others
      ALTER TABLE rich_menu_channels ADD COLUMN judged_rules jsonb;
      -- How often something was tried, by whoever is to be slowed down.
      CREATE TABLE linking_tries (
        workspace_id uuid NOT NULL,
        kind text COLLATE "C" NOT NULL,
        -- an id of ours, or a hash of what names a person
        subject text COLLATE "C" NOT NULL,
        tries integer NOT NULL,
        -- of the newest one that failed, or of the first in a minute that is counted
        tried_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, kind, subject)
      );
      CREATE INDEX linking_tries_by_age ON linking_tries (tried_at, workspace_id);
      -- what it counted is forgotten within a day
      DROP TABLE code_failures;
    `);
    await isolateByWorkspace(runner, 'linking_tries');
    await allowLookups(runner, 'linking_tries');
    await runner.query(`
      CREATE FUNCTION lookup_old_linking_tries(tried_before timestamptz) RETURNS TABLE (workspace_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT DISTINCT t.workspace_id FROM linking_tries t WHERE t.tried_at < tried_before';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
