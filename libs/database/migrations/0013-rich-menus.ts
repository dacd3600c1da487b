import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** Rich menus: what they are, who should see which, and how far LINE is. */
export class RichMenus0013 implements MigrationInterface {
  readonly name = 'RichMenus0000000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rich_menus (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        channel_id uuid NOT NULL,
        name text NOT NULL,
        -- size, areas and the rest, without the picture
        definition jsonb NOT NULL,
        -- PNG or JPEG; null until there is one that fits the definition
        image bytea,
        image_type text,
        -- the newest version that is complete; 0 before the first
        version integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        deleted_at timestamptz,
        PRIMARY KEY (workspace_id, id),
        CHECK ((image IS NULL) = (image_type IS NULL))
      );
      -- an image is compressed already
      ALTER TABLE rich_menus ALTER image SET STORAGE EXTERNAL;
      CREATE INDEX rich_menus_by_channel ON rich_menus (workspace_id, channel_id, id) WHERE deleted_at IS NULL;
      -- A menu as it was at one moment. LINE's menus cannot be changed, so each version is a menu of its own there.
      CREATE TABLE rich_menu_versions (
        workspace_id uuid NOT NULL,
        menu_id uuid NOT NULL,
        version integer NOT NULL,
        channel_id uuid NOT NULL,
        name text NOT NULL,
        definition jsonb NOT NULL,
        image bytea NOT NULL,
        image_type text NOT NULL,
        -- how far LINE is: stored, creating (asked, outcome unknown), created, uploaded, live, retiring (people are
        -- moved away), deleting, refused
        state text NOT NULL CHECK (state IN
          ('stored', 'creating', 'created', 'uploaded', 'live', 'retiring', 'deleting', 'refused')),
        -- LINE's own id
        line_menu_id text,
        error text,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, menu_id, version),
        FOREIGN KEY (workspace_id, menu_id) REFERENCES rich_menus,
        CHECK (line_menu_id IS NOT NULL OR state NOT IN ('created', 'uploaded', 'live', 'retiring', 'deleting'))
      );
      ALTER TABLE rich_menu_versions ALTER image SET STORAGE EXTERNAL;
      CREATE INDEX rich_menu_versions_by_channel ON rich_menu_versions (workspace_id, channel_id);
      -- LINE shows a person one menu at a time.
      CREATE UNIQUE INDEX rich_menu_versions_live ON rich_menu_versions (workspace_id, menu_id) WHERE state = 'live';
      -- Who should see which menu of a channel, and what is to be done about it.
      CREATE TABLE rich_menu_channels (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        channel_id uuid NOT NULL,
        -- [{ when, menuId }], the first that holds
        rules jsonb NOT NULL DEFAULT '[]',
        default_menu_id uuid,
        -- when the clock may make another rule hold
        next_change_at timestamptz,
        -- a rule asks a segment, which nobody announces to have changed
        asks_segments boolean NOT NULL DEFAULT false,
        judged_at timestamptz,
        -- when something is to be done about the menus themselves; null: nothing
        menus_due_at timestamptz,
        -- rises with every reason for it, so that none is lost
        menus_revision integer NOT NULL DEFAULT 0,
        menus_attempts integer NOT NULL DEFAULT 0,
        menus_error text,
        -- LINE's id of the menu that we made the channel's default
        line_default_id text,
        -- menus at LINE and what we know of them are compared
        compare_at timestamptz,
        drift_checked_at timestamptz,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, channel_id)
      );
      -- Aliases that tabs switch by: ours at LINE, and where they lead.
      CREATE TABLE rich_menu_aliases (
        workspace_id uuid NOT NULL,
        channel_id uuid NOT NULL,
        menu_id uuid NOT NULL,
        line_menu_id text NOT NULL,
        PRIMARY KEY (workspace_id, channel_id, menu_id)
      );
      -- Calls that LINE allows a hundred of in an hour, for as long as they count.
      CREATE TABLE rich_menu_calls (
        workspace_id uuid NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        channel_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('create', 'delete', 'delete_alias')),
        called_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE INDEX rich_menu_calls_by_time ON rich_menu_calls (workspace_id, channel_id, kind, called_at);
      -- The menu that a LINE user should see, and the one we gave them. No row: the channel's default, and never another.
      CREATE TABLE rich_menu_assignments (
        workspace_id uuid NOT NULL,
        line_user_id bigint NOT NULL,
        -- null: the channel's default, which is no menu of their own
        menu_id uuid,
        -- what LINE has for them; certain while nothing is due
        applied_menu_id uuid,
        applied_at timestamptz,
        -- the last bulk request with them; LINE takes seconds to carry it out
        bulk_at timestamptz,
        -- null: nothing to do
        due_at timestamptz,
        -- to look at LINE whether it has come to pass
        check_at timestamptz,
        channel_id uuid NOT NULL,
        applied_version integer,
        -- rises with every reason for another look, so that none is lost while a request is on its way
        revision integer NOT NULL DEFAULT 0,
        attempts smallint NOT NULL DEFAULT 0,
        -- looks in a row at which LINE showed them something else
        misses smallint NOT NULL DEFAULT 0,
        -- 0: somebody is waiting; 1: one of very many
        priority smallint NOT NULL DEFAULT 0,
        error text,
        PRIMARY KEY (workspace_id, line_user_id)
      ) WITH (fillfactor = 80);
      CREATE INDEX rich_menu_assignments_due ON rich_menu_assignments (workspace_id, channel_id, priority, due_at)
        WHERE due_at IS NOT NULL;
      CREATE INDEX rich_menu_assignments_check ON rich_menu_assignments (workspace_id, channel_id, check_at)
        WHERE check_at IS NOT NULL;
    `);
    await this.protect(runner);
  }

  private async protect(runner: QueryRunner): Promise<void> {
    const menus = ['rich_menus', 'rich_menu_versions', 'rich_menu_channels', 'rich_menu_aliases', 'rich_menu_calls'];
    for (const table of [...menus, 'rich_menu_assignments']) await isolateByWorkspace(runner, table);
    for (const table of ['rich_menu_channels', 'rich_menu_versions', 'rich_menu_assignments'])
      await allowLookups(runner, table);
    await runner.query(`
      -- Channels at which something is due that can be done: to the menus, to somebody whose menu is there, or a look.
      CREATE FUNCTION lookup_due_rich_menus(at timestamptz) RETURNS TABLE (workspace_id uuid, channel_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT r.workspace_id, r.channel_id FROM rich_menu_channels r
              JOIN channels c ON c.workspace_id = r.workspace_id AND c.id = r.channel_id
                AND c.refused_at IS NULL AND c.deleted_at IS NULL
             WHERE r.menus_due_at <= at
                OR EXISTS (SELECT FROM rich_menu_assignments a
                            WHERE a.workspace_id = r.workspace_id AND a.channel_id = r.channel_id AND a.due_at <= at
                              AND (a.menu_id IS NULL
                                   OR EXISTS (SELECT FROM rich_menu_versions v WHERE v.workspace_id = a.workspace_id
                                                 AND v.menu_id = a.menu_id AND v.state = ''live'')))
                OR EXISTS (SELECT FROM rich_menu_assignments a
                            WHERE a.workspace_id = r.workspace_id AND a.channel_id = r.channel_id AND a.check_at <= at)';
      -- Channels whose people are to be judged again: the clock may have changed a rule, or a segment may have changed.
      CREATE FUNCTION lookup_rich_menus_to_judge(at timestamptz, segments_since timestamptz)
        RETURNS TABLE (workspace_id uuid, channel_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT r.workspace_id, r.channel_id FROM rich_menu_channels r
              JOIN channels c ON c.workspace_id = r.workspace_id AND c.id = r.channel_id AND c.deleted_at IS NULL
             WHERE r.next_change_at <= at OR r.asks_segments AND r.judged_at <= segments_since';
      -- Channels that have not been held against LINE since then.
      CREATE FUNCTION lookup_rich_menus_to_check(since timestamptz) RETURNS TABLE (workspace_id uuid, channel_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT r.workspace_id, r.channel_id FROM rich_menu_channels r
              JOIN channels c ON c.workspace_id = r.workspace_id AND c.id = r.channel_id
                AND c.refused_at IS NULL AND c.deleted_at IS NULL
             WHERE coalesce(r.drift_checked_at, r.updated_at) <= since';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
