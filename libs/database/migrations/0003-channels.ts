import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** LINE channels, what LINE told us, and whom it told us about. */
export class Channels0003 implements MigrationInterface {
  readonly name = 'Channels0000000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE channels (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        name text NOT NULL,
        line_channel_id text NOT NULL,
        -- encrypted, the key's id is part of the ciphertext; null once the channel is deleted
        channel_secret bytea,
        access_token bytea,
        login_channel_id text,
        login_channel_secret bytea,
        -- the destination of its webhooks, read from bot/info
        bot_user_id text,
        verified_at timestamptz,
        -- set when LINE refused the credentials; nothing is sent until they are renewed
        refused_at timestamptz,
        created_at timestamptz NOT NULL,
        -- a deleted channel stays for the history of its links and sends, without its credentials
        deleted_at timestamptz,
        PRIMARY KEY (workspace_id, id),
        CHECK (deleted_at IS NOT NULL OR (channel_secret IS NOT NULL AND access_token IS NOT NULL))
      );
      CREATE UNIQUE INDEX channels_by_id ON channels (id);
      CREATE UNIQUE INDEX channels_by_line_channel ON channels (workspace_id, line_channel_id) WHERE deleted_at IS NULL;
      -- Webhooks that were committed together and not read yet: a JSON list of their bodies, byte for byte as LINE sent them.
      CREATE TABLE webhook_batches (
        workspace_id uuid NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        channel_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        -- not compressed: it lives for a second, and LINE is waiting for the commit
        bodies bytea STORAGE EXTERNAL NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE TABLE webhook_events (
        workspace_id uuid NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        channel_id uuid NOT NULL,
        webhook_event_id text COLLATE "C" NOT NULL,
        type text NOT NULL,
        occurred_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        -- JSON. As text, because a message may hold \\u0000 or half a surrogate pair, which jsonb refuses
        body text NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE UNIQUE INDEX webhook_events_once ON webhook_events (workspace_id, channel_id, webhook_event_id);
      -- A person seen through one channel. The same user id under two providers is two people.
      CREATE TABLE line_users (
        workspace_id uuid NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        channel_id uuid NOT NULL,
        user_id text COLLATE "C" NOT NULL,
        friend_state text NOT NULL DEFAULT 'none' CHECK (friend_state IN ('friend', 'blocked', 'none')),
        -- time of the newest follow or unfollow by LINE's own clock; null while LINE has said nothing
        friend_state_at timestamptz,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE UNIQUE INDEX line_users_by_user_id ON line_users (workspace_id, channel_id, user_id);
    `);
    for (const table of ['channels', 'webhook_batches', 'webhook_events', 'line_users'])
      await isolateByWorkspace(runner, table);
    await allowLookups(runner, 'channels');
    await runner.query(`
      CREATE FUNCTION lookup_channel_workspace(channel_id uuid) RETURNS TABLE (workspace_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT workspace_id FROM channels WHERE id = channel_id AND deleted_at IS NULL';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
