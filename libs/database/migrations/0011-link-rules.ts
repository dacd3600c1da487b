import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isolateByWorkspace } from '../row-level-security.js';

/** What keeps links right: consents at LINE, takeovers, searches, and sends to people in a role. */
export class LinkRules0011 implements MigrationInterface {
  readonly name = 'LinkRules0000000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE links ADD COLUMN consent_id bigint;
      -- A LINE user's consent to the Login channel. LINE is to be told when the last of their links has ended.
      CREATE TABLE login_grants (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        line_user_id bigint NOT NULL,
        channel_id uuid NOT NULL,
        -- encrypted; null once nobody needs them
        tokens bytea,
        access_expires_at timestamptz NOT NULL,
        refresh_expires_at timestamptz NOT NULL,
        -- kept: a link needs it; owed: LINE is to be told; done: LINE knows; impossible: nobody can tell LINE any more
        state text NOT NULL CHECK (state IN ('kept', 'owed', 'done', 'impossible')),
        reason text,
        -- rises with every new consent
        version integer NOT NULL DEFAULT 1,
        tries integer NOT NULL DEFAULT 0,
        settled_at timestamptz,
        PRIMARY KEY (workspace_id, line_user_id),
        CHECK ((tokens IS NULL) = (state IN ('done', 'impossible')))
      );
      -- A member's way from one LINE user of a channel to another.
      CREATE TABLE takeovers (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        channel_id uuid NOT NULL,
        member_id bigint NOT NULL,
        from_line_user_id bigint NOT NULL,
        to_line_user_id bigint,
        code_hash bytea NOT NULL,
        -- open: waits for its code; cancelled: ended, or a newer one was asked for
        state text NOT NULL CHECK (state IN ('open', 'done', 'undone', 'cancelled')),
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        done_at timestamptz,
        undo_until timestamptz,
        objected_at timestamptz,
        ended_at timestamptz,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE UNIQUE INDEX takeovers_open ON takeovers (workspace_id, member_id, from_line_user_id) WHERE state = 'open';
      CREATE UNIQUE INDEX takeovers_by_code ON takeovers (workspace_id, code_hash);
      CREATE INDEX takeovers_by_line_user ON takeovers (workspace_id, from_line_user_id);
      -- Which link a takeover has put in the place of which.
      CREATE TABLE takeover_links (
        workspace_id uuid NOT NULL,
        takeover_id uuid NOT NULL,
        from_link_id bigint NOT NULL,
        to_link_id bigint NOT NULL,
        -- false: the LINE user had the same link before
        made boolean NOT NULL,
        PRIMARY KEY (workspace_id, takeover_id, from_link_id),
        FOREIGN KEY (workspace_id, takeover_id) REFERENCES takeovers
      );
      CREATE INDEX takeover_links_by_new ON takeover_links (workspace_id, to_link_id);
      -- In whose attempt a code was entered; it counts when that attempt confirms it.
      CREATE TABLE takeover_claims (
        workspace_id uuid NOT NULL,
        attempt_id uuid NOT NULL,
        takeover_id uuid NOT NULL,
        PRIMARY KEY (workspace_id, attempt_id),
        FOREIGN KEY (workspace_id, takeover_id) REFERENCES takeovers
      );
      -- Searches by link go in the order of date and id, so that a page begins where the last one ended.
      DROP INDEX links_by_date;
      CREATE INDEX links_by_date ON links (workspace_id, linked_at, id)
        INCLUDE (member_id, role, channel_id) WHERE ended_at IS NULL;
      CREATE INDEX links_by_role ON links (workspace_id, role, linked_at, id)
        INCLUDE (member_id) WHERE ended_at IS NULL;
      -- Like members_linked: of columns that no event changes.
      CREATE INDEX members_unlinked ON members (workspace_id, id) WHERE NOT linked;
      -- By the letter: row-level security lets no index be used on what a function makes of a column.
      CREATE INDEX member_profiles_by_email ON member_profiles (workspace_id, email) WHERE email IS NOT NULL;
      CREATE INDEX member_profiles_by_phone ON member_profiles (workspace_id, phone) WHERE phone IS NOT NULL;
      -- Only people with this role are sent to.
      ALTER TABLE campaigns ADD COLUMN role text CHECK (role IN ('contractor', 'user', 'member'));
      ALTER TABLE sends ADD COLUMN role text CHECK (role IN ('contractor', 'user', 'member'));
      -- notice: what somebody is told of their own link
      ALTER TABLE sends DROP CONSTRAINT sends_origin_kind_check,
        ADD CONSTRAINT sends_origin_kind_check CHECK (origin_kind IN ('campaign', 'journey', 'test', 'notice'));
    `);
    for (const table of ['login_grants', 'takeovers', 'takeover_links', 'takeover_claims'])
      await isolateByWorkspace(runner, table);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
