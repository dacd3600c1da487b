import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, APP_ROLE, isolateByWorkspace } from '../row-level-security.js';

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
        unit text NOT NULL,
        send_at timestamptz,
        -- once it has become a send, the send's state goes on from here
        state text NOT NULL CHECK (state IN ('draft', 'scheduled', 'started', 'cancelled', 'failed')),
        send_id uuid,
        -- why it could not become a send: { code, detail }
        problem jsonb,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE INDEX campaigns_by_segment ON campaigns (workspace_id, segment_id) WHERE segment_id IS NOT NULL;
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
        -- null: people were named one by one
        rule jsonb,
        as_of timestamptz NOT NULL,
        state text NOT NULL CHECK (state IN ('planning', 'sending', 'paused', 'cancelled', 'sent', 'failed')),
        -- LINE's validate endpoint took the content
        checked_at timestamptz,
        -- everyone the rule named; null until it was asked
        audience integer,
        -- everyone named has a row in recipients
        planned_at timestamptz,
        -- pages numbered so far
        pages integer NOT NULL DEFAULT 0,
        -- skipped at planning, by reason
        skipped jsonb NOT NULL DEFAULT '{}',
        -- why it stands still or failed: { code, … }
        problem jsonb,
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE INDEX sends_open ON sends (channel_id) WHERE ended_at IS NULL;
      CREATE INDEX sends_by_origin ON sends (workspace_id, origin_id, created_at);
      -- The rule's answer at one moment, in slices by member, until each slice is planned.
      CREATE TABLE audiences (
        workspace_id uuid NOT NULL,
        send_id uuid NOT NULL,
        number integer NOT NULL,
        member_ids bigint[] NOT NULL,
        PRIMARY KEY (workspace_id, send_id, number)
      );
      -- Ten million numbers compress badly and are read once.
      ALTER TABLE audiences ALTER member_ids SET STORAGE EXTERNAL;
      CREATE TABLE recipients (
        workspace_id uuid NOT NULL,
        send_id uuid NOT NULL,
        -- in a test, minus the LINE user's id for somebody who is no member
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
      -- A person is in a send once, whatever runs twice.
      CREATE UNIQUE INDEX recipients_once ON recipients (workspace_id, send_id, line_user_id) WHERE state <> 'skipped';
      -- The unit of claim and of progress: the planned recipients with its number, between its first and last member.
      CREATE TABLE pages (
        workspace_id uuid NOT NULL,
        send_id uuid NOT NULL,
        number integer NOT NULL,
        first_member bigint NOT NULL,
        last_member bigint NOT NULL,
        size integer NOT NULL,
        -- size = remaining + accepted + rejected + uncertain + the sum of skipped
        remaining integer NOT NULL,
        accepted integer NOT NULL DEFAULT 0,
        rejected integer NOT NULL DEFAULT 0,
        uncertain integer NOT NULL DEFAULT 0,
        skipped jsonb NOT NULL DEFAULT '{}',
        -- accepted, rejected, uncertain, cancelled: what became of all who have no outcome of their own
        state text NOT NULL
          CHECK (state IN ('due', 'leased', 'settled', 'accepted', 'rejected', 'uncertain', 'cancelled')),
        attempts integer NOT NULL DEFAULT 0,
        -- first attempt that LINE may have executed without our knowing; from then on body and recipients are frozen
        first_attempt_at timestamptz,
        due_at timestamptz NOT NULL,
        -- rises with every lease; an outcome is written only by the holder of the newest
        fence integer NOT NULL DEFAULT 0,
        body_hash bytea,
        request_id text,
        error text,
        settled_at timestamptz,
        PRIMARY KEY (workspace_id, send_id, number)
      );
      CREATE INDEX pages_open ON pages (workspace_id, send_id, due_at, number) WHERE state IN ('due', 'leased');
      -- A person's outcome is their own or, without one, their page's.
      CREATE VIEW recipient_outcomes WITH (security_invoker = true) AS
        SELECT r.workspace_id, r.send_id, r.member_id, r.line_user_id, r.variant,
               CASE WHEN r.state <> 'planned' THEN r.state
                    WHEN p.state IN ('accepted', 'rejected', 'uncertain') THEN p.state
                    WHEN p.state = 'cancelled' THEN 'skipped'
                    ELSE 'planned' END AS state,
               CASE WHEN r.state = 'planned' AND p.state = 'cancelled' THEN 'cancelled' ELSE r.reason END AS reason,
               CASE WHEN r.state = 'planned' THEN p.error ELSE r.detail END AS detail,
               CASE WHEN r.state = 'planned' THEN p.request_id ELSE r.request_id END AS request_id,
               CASE WHEN r.state = 'planned' THEN p.settled_at ELSE r.settled_at END AS settled_at
          FROM recipients r
          LEFT JOIN pages p ON p.workspace_id = r.workspace_id AND p.send_id = r.send_id AND p.number = r.page;
    `);
    // Planning takes the statistics of tables that never had any, such as after a first import; see PlanningRepository.
    await runner.query(`GRANT MAINTAIN ON links, line_users TO ${APP_ROLE}`);
    for (const table of ['segments', 'campaigns', 'sends', 'audiences', 'recipients', 'pages'])
      await isolateByWorkspace(runner, table);
    await allowLookups(runner, 'pages');
    await allowLookups(runner, 'sends');
    await runner.query(`
      -- Channels with something to do: a page to send, or a send of which nothing is left.
      CREATE FUNCTION lookup_due_channels(at timestamptz) RETURNS TABLE (workspace_id uuid, channel_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT DISTINCT s.workspace_id, s.channel_id FROM sends s
              JOIN channels c ON c.workspace_id = s.workspace_id AND c.id = s.channel_id
                AND c.refused_at IS NULL AND c.deleted_at IS NULL
             WHERE s.ended_at IS NULL AND s.state IN (''planning'', ''sending'', ''cancelled'')
               AND (EXISTS (SELECT FROM pages p WHERE p.workspace_id = s.workspace_id AND p.send_id = s.id
                               AND p.state IN (''due'', ''leased'') AND p.due_at <= at)
                    OR s.planned_at IS NOT NULL
                       AND NOT EXISTS (SELECT FROM pages p WHERE p.workspace_id = s.workspace_id AND p.send_id = s.id
                                          AND p.state IN (''due'', ''leased'')))';
      -- { "blocked": 2 } and { "blocked": 1, "capped": 1 } make { "blocked": 3, "capped": 1 }
      CREATE FUNCTION add_counts(a jsonb, b jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS 'SELECT CASE WHEN b = ''{}'' THEN a WHEN a = ''{}'' THEN b ELSE
              (SELECT jsonb_object_agg(key, n) FROM (
                 SELECT key, sum(value::bigint) AS n
                   FROM (SELECT * FROM jsonb_each_text(a) UNION ALL SELECT * FROM jsonb_each_text(b)) both_
                  GROUP BY key) summed) END';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
