import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isolateByWorkspace } from '../row-level-security.js';

/** Rich menus chosen for single members, and a note of what is on its way to very many. */
export class MenuChoices0019 implements MigrationInterface {
  readonly name = 'MenuChoices0000000000019';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- everybody is to be judged anew; the revision rises with every reason for it
      ALTER TABLE rich_menu_channels ADD COLUMN judge_due_at timestamptz,
        ADD COLUMN judge_revision integer NOT NULL DEFAULT 0;
      -- People in bulk requests that may be on their way, written before they leave: LINE may carry them out after
      -- whatever is asked of it now.
      CREATE TABLE rich_menu_bulks (
        workspace_id uuid NOT NULL,
        channel_id uuid NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        line_user_ids bigint[] NOT NULL,
        PRIMARY KEY (workspace_id, channel_id, id)
      );
      -- Menus that were chosen for single members, whatever the rules say.
      CREATE TABLE rich_menu_choices (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        channel_id uuid NOT NULL,
        menu_id uuid NOT NULL,
        chosen_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, member_id, channel_id),
        FOREIGN KEY (workspace_id, menu_id) REFERENCES rich_menus
      );
      CREATE INDEX rich_menu_choices_by_menu ON rich_menu_choices (workspace_id, channel_id, menu_id);
    `);
    await runner.query(`
      -- Channels at which something is due that can be done: to the menus, to everybody, to somebody whose menu is there,
      -- or a look.
      CREATE OR REPLACE FUNCTION lookup_due_rich_menus(at timestamptz) RETURNS TABLE (workspace_id uuid, channel_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT r.workspace_id, r.channel_id FROM rich_menu_channels r
              JOIN channels c ON c.workspace_id = r.workspace_id AND c.id = r.channel_id
                AND c.refused_at IS NULL AND c.deleted_at IS NULL
             WHERE r.menus_due_at <= at OR r.judge_due_at <= at
                OR EXISTS (SELECT FROM rich_menu_assignments a
                            WHERE a.workspace_id = r.workspace_id AND a.channel_id = r.channel_id AND a.due_at <= at
                              AND (a.menu_id IS NULL
                                   OR EXISTS (SELECT FROM rich_menu_versions v WHERE v.workspace_id = a.workspace_id
                                                 AND v.menu_id = a.menu_id AND v.state = ''live'')))
                OR EXISTS (SELECT FROM rich_menu_assignments a
                            WHERE a.workspace_id = r.workspace_id AND a.channel_id = r.channel_id AND a.check_at <= at)';
    `);
    for (const table of ['rich_menu_bulks', 'rich_menu_choices']) await isolateByWorkspace(runner, table);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
