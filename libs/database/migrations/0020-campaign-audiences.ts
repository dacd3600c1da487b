import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** Whom campaigns name, when they come back, and where their calendar is read. */
export class CampaignAudiences0020 implements MigrationInterface {
  readonly name = 'CampaignAudiences0000000000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE campaigns
        -- one audience: segment_id, rule, segment_ids or audience_id
        ADD segment_ids uuid[],
        ADD audience_id uuid,
        ADD exclude_segment_ids uuid[] NOT NULL DEFAULT '{}',
        ADD undo_seconds integer NOT NULL DEFAULT 0,
        -- when it will leave: never before the undo window has passed; of one that comes back, the next time
        ADD starts_at timestamptz,
        -- { cron, until }
        ADD repeat jsonb,
        DROP CONSTRAINT campaigns_state_check,
        ADD CONSTRAINT campaigns_state_check
          CHECK (state IN ('draft', 'scheduled', 'paused', 'started', 'finished', 'cancelled', 'failed'));
      CREATE INDEX campaigns_by_audience ON campaigns (workspace_id, audience_id) WHERE audience_id IS NOT NULL;
      -- People named by an uploaded file, or by what became of them in a send.
      CREATE TABLE campaign_audiences (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        name text NOT NULL,
        -- whose LINE users a file may name; null: it can name members only
        channel_id uuid,
        state text NOT NULL CHECK (state IN ('receiving', 'reading', 'ready', 'failed')),
        -- utf-8 or shift_jis, as WHATWG names them
        encoding text,
        bytes bigint NOT NULL DEFAULT 0,
        read_bytes bigint NOT NULL DEFAULT 0,
        -- received, and the next one to read
        parts integer NOT NULL DEFAULT 0,
        next_part integer NOT NULL DEFAULT 0,
        -- the beginning of a row whose end is in the next part, in UTF-8
        carry bytea,
        -- where the ids stand; null until the first row is read
        layout jsonb,
        next_line integer NOT NULL DEFAULT 1,
        rows integer NOT NULL DEFAULT 0,
        matched integer NOT NULL DEFAULT 0,
        -- of these, LINE users who are no members
        unlinked integer NOT NULL DEFAULT 0,
        refused integer NOT NULL DEFAULT 0,
        -- { code, detail }
        problem jsonb,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        deleted_at timestamptz,
        PRIMARY KEY (workspace_id, id)
      );
      -- The bytes of a file until they are read; no row is cut, unless it holds a line break itself.
      CREATE TABLE campaign_audience_parts (
        workspace_id uuid NOT NULL,
        audience_id uuid NOT NULL,
        number integer NOT NULL,
        body bytea STORAGE EXTERNAL NOT NULL,
        PRIMARY KEY (workspace_id, audience_id, number),
        FOREIGN KEY (workspace_id, audience_id) REFERENCES campaign_audiences
      );
      CREATE TABLE campaign_audience_refusals (
        workspace_id uuid NOT NULL,
        audience_id uuid NOT NULL,
        -- of the file, from 1
        line integer NOT NULL,
        reason text NOT NULL,
        -- the id as it was written
        value text NOT NULL,
        PRIMARY KEY (workspace_id, audience_id, line),
        FOREIGN KEY (workspace_id, audience_id) REFERENCES campaign_audiences
      );
      CREATE TABLE audience_members (
        workspace_id uuid NOT NULL,
        audience_id uuid NOT NULL,
        -- minus line_users.id for somebody who is no member
        member_id bigint NOT NULL,
        PRIMARY KEY (workspace_id, audience_id, member_id)
      );
      -- One occurrence of a campaign that comes back.
      CREATE TABLE campaign_runs (
        workspace_id uuid NOT NULL,
        campaign_id uuid NOT NULL,
        occurs_at timestamptz NOT NULL,
        -- missed: nobody was there to start it in time
        state text NOT NULL CHECK (state IN ('started', 'missed', 'failed')),
        send_id uuid,
        problem jsonb,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, campaign_id, occurs_at),
        FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns
      );
      -- By which calendar programs read a workspace's campaigns.
      CREATE TABLE campaign_calendars (
        workspace_id uuid NOT NULL PRIMARY KEY REFERENCES workspaces,
        -- SHA-256
        token_hash bytea NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX campaign_calendars_by_token ON campaign_calendars (token_hash);
    `);
    const audiences = ['campaign_audiences', 'campaign_audience_parts', 'campaign_audience_refusals'];
    for (const table of [...audiences, 'audience_members', 'campaign_runs', 'campaign_calendars'])
      await isolateByWorkspace(runner, table);
    await allowLookups(runner, 'campaign_calendars');
    await runner.query(`
      CREATE FUNCTION lookup_campaign_calendar(wanted bytea) RETURNS TABLE (workspace_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT c.workspace_id FROM campaign_calendars c WHERE c.token_hash = wanted';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
