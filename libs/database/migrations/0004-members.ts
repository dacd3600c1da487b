import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isolateByWorkspace } from '../row-level-security.js';

/** The people: a narrow summary row that most rules need alone, what else is known of them, and their ties to LINE. */
export class Members0004 implements MigrationInterface {
  readonly name = 'Members0000000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Rules read most members and few columns: a row is unpacked from its left, fastest while all widths are fixed.
      CREATE TABLE members (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id bigint GENERATED ALWAYS AS IDENTITY,
        -- minor units, net of refunds
        purchase_total bigint NOT NULL DEFAULT 0,
        -- units left over all lines of the counted orders
        purchase_quantity bigint NOT NULL DEFAULT 0,
        -- counted orders: all but those of which refunds have left nothing
        purchase_count integer NOT NULL DEFAULT 0,
        visit_count integer NOT NULL DEFAULT 0,
        -- has a live link
        linked boolean NOT NULL DEFAULT false,
        -- false: known only by an event or a link, no profile was ever given
        profiled boolean NOT NULL DEFAULT false,
        last_purchase_at timestamptz,
        first_purchase_at timestamptz,
        last_visit_at timestamptz,
        first_visit_at timestamptz,
        registered_at timestamptz,
        created_at timestamptz NOT NULL,
        birth_month smallint CHECK (birth_month BETWEEN 1 AND 12),
        -- best state over the linked LINE users: friend, else blocked, else none
        friend_state text NOT NULL DEFAULT 'none' CHECK (friend_state IN ('friend', 'blocked', 'none')),
        rank text COLLATE "C",
        external_id text COLLATE "C" NOT NULL,
        -- what a count of people needs, for those found by their ids
        PRIMARY KEY (workspace_id, id) INCLUDE (linked, friend_state)
      ) WITH (fillfactor = 85);
      -- The summary's columns stay out of all indexes, so that an event rewrites a row within its page.
      CREATE UNIQUE INDEX members_by_external_id ON members (workspace_id, external_id);
      CREATE INDEX members_by_rank ON members (workspace_id, rank, birth_month) INCLUDE (id, linked, friend_state);
      CREATE INDEX members_by_registration ON members (workspace_id, registered_at) INCLUDE (id, linked, friend_state);
      CREATE INDEX members_linked ON members (workspace_id, id) INCLUDE (linked, friend_state) WHERE linked;
      CREATE TABLE member_profiles (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        birth_date date,
        email text,
        phone text,
        attributes jsonb NOT NULL DEFAULT '{}',
        PRIMARY KEY (workspace_id, member_id)
      );
      CREATE TABLE member_tags (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        tag text COLLATE "C" NOT NULL,
        PRIMARY KEY (workspace_id, member_id, tag)
      );
      CREATE INDEX member_tags_by_tag ON member_tags (workspace_id, tag) INCLUDE (member_id);
      CREATE TABLE links (
        workspace_id uuid NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        member_id bigint NOT NULL,
        channel_id uuid NOT NULL,
        line_user_id bigint NOT NULL,
        role text NOT NULL CHECK (role IN ('contractor', 'user', 'member')),
        -- how it came about: import, account_link, login, user_code
        route text NOT NULL,
        linked_at timestamptz NOT NULL,
        ended_at timestamptz,
        end_reason text,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE UNIQUE INDEX links_live ON links (workspace_id, member_id, line_user_id, role)
        INCLUDE (channel_id, linked_at) WHERE ended_at IS NULL;
      CREATE INDEX links_by_member ON links (workspace_id, member_id, id);
      CREATE INDEX links_by_channel ON links (workspace_id, channel_id, id) WHERE ended_at IS NULL;
      CREATE INDEX links_by_line_user ON links (workspace_id, line_user_id) WHERE ended_at IS NULL;
      CREATE INDEX links_by_date ON links (workspace_id, linked_at)
        INCLUDE (member_id, role, channel_id) WHERE ended_at IS NULL;
    `);
    for (const table of ['members', 'member_profiles', 'member_tags', 'links']) await isolateByWorkspace(runner, table);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
