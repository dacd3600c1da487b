import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** Segments, campaigns and the send ledger. */
export class Sending0006 implements MigrationInterface {
  readonly name = 'Sending0000000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE segments (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        name text NOT NULL,
        rule jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE TABLE campaigns (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        name text NOT NULL,
        channel_id uuid NOT NULL,
        segment_id uuid,
        rule jsonb,
        messages jsonb NOT NULL,
        class text NOT NULL,
        unit text,
        send_at timestamptz,
        state text NOT NULL,
        -- the send it became
        send_id uuid,
        error text,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      -- One decision to send: a campaign's run, one batch of a journey's step, a test.
      CREATE TABLE sends (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        channel_id uuid NOT NULL,
        origin_kind text NOT NULL CHECK (origin_kind IN ('campaign', 'journey', 'test')),
        origin_id uuid NOT NULL,
        class text NOT NULL CHECK (class IN ('transactional', 'triggered', 'promotional')),
        messages jsonb NOT NULL,
        content_hash bytea NOT NULL,
        personalised boolean NOT NULL,
        unit text,
        -- earliest and latest local time of day, once hours are limited
        send_window jsonb,
        rule jsonb NOT NULL,
        as_of timestamptz NOT NULL,
        state text NOT NULL CHECK (state IN ('planning', 'sending', 'paused', 'cancelled', 'sent', 'failed')),
        -- last member the planning has reached; null once everyone is planned
        planned_through bigint,
        audience integer NOT NULL DEFAULT 0,
        -- skipped at planning, by reason
        skipped jsonb NOT NULL DEFAULT '{}',
        error text,
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE TABLE recipients (
        workspace_id uuid NOT NULL,
        send_id uuid NOT NULL,
        member_id bigint NOT NULL,
        line_user_id bigint,
        page integer,
        variant smallint NOT NULL DEFAULT 0,
        -- planned until this person has an outcome of their own; the page holds the outcome that all of it share
        state text NOT NULL CHECK (state IN ('planned', 'accepted', 'rejected', 'uncertain', 'skipped')),
        reason text,
        detail text,
        -- the values of the message's variables, frozen at planning
        variables jsonb,
        request_id text,
        settled_at timestamptz,
        PRIMARY KEY (workspace_id, send_id, member_id)
      );
      CREATE UNIQUE INDEX recipients_once ON recipients (workspace_id, send_id, line_user_id) WHERE state <> 'skipped';
      CREATE INDEX recipients_by_page ON recipients (workspace_id, send_id, page) WHERE page IS NOT NULL;
      CREATE INDEX recipients_by_member ON recipients (workspace_id, member_id);
      -- The unit of claim and of progress.
      CREATE TABLE pages (
        workspace_id uuid NOT NULL,
        send_id uuid NOT NULL,
        number integer NOT NULL,
        channel_id uuid NOT NULL,
        class text NOT NULL,
        size integer NOT NULL,
        state text NOT NULL CHECK (state IN ('due', 'leased', 'accepted', 'rejected', 'uncertain', 'settled', 'split', 'cancelled')),
        attempts integer NOT NULL DEFAULT 0,
        first_attempt_at timestamptz,
        due_at timestamptz NOT NULL,
        lease_until timestamptz,
        -- rises with every lease; an outcome is written only by the holder of the newest
        fence integer NOT NULL DEFAULT 0,
        body_hash bytea,
        request_id text,
        error text,
        settled_at timestamptz,
        PRIMARY KEY (workspace_id, send_id, number)
      );
      CREATE INDEX pages_due ON pages (channel_id, due_at) WHERE state IN ('due', 'leased');
    `);
    for (const table of ['segments', 'campaigns', 'sends', 'recipients', 'pages']) await isolateByWorkspace(runner, table);
    await allowLookups(runner, 'pages');
    await allowLookups(runner, 'sends');
    await runner.query(`
      CREATE FUNCTION lookup_due_channels(at timestamptz) RETURNS TABLE (workspace_id uuid, channel_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT DISTINCT p.workspace_id, p.channel_id FROM pages p
              JOIN sends s ON s.workspace_id = p.workspace_id AND s.id = p.send_id
             WHERE p.state IN (''due'', ''leased'') AND p.due_at <= at
               AND (p.lease_until IS NULL OR p.lease_until <= at) AND s.state IN (''planning'', ''sending'')';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
