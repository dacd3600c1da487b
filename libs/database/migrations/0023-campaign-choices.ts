import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** How campaigns are sent, who approves them, who tests them, and what LINE tells of them. */
export class CampaignChoices0023 implements MigrationInterface {
  readonly name = 'CampaignChoices0000000000023';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- a campaign to more people than this waits for a second operator; null: none does
      ALTER TABLE workspaces ADD approval_above integer;
      ALTER TABLE campaigns
        -- when it may leave, to how many, and what is tried with a part of them first; see CampaignOptions
        ADD options jsonb NOT NULL DEFAULT '{}',
        -- [{ messages, unit, share }], the first of which is messages and unit; null: there is one content
        ADD variants jsonb,
        DROP CONSTRAINT campaigns_state_check,
        ADD CONSTRAINT campaigns_state_check CHECK (state IN
          ('draft', 'scheduled', 'awaiting_approval', 'paused', 'started', 'finished', 'cancelled', 'failed'));
      -- Who has scheduled a campaign, and who has approved what.
      CREATE TABLE campaign_approvals (
        workspace_id uuid NOT NULL,
        campaign_id uuid NOT NULL,
        -- kind and id of an actor
        asked_by text NOT NULL,
        asked_at timestamptz NOT NULL,
        -- people that were counted when it was last asked for; null: nobody had to ask
        people integer,
        -- SHA-256 of what was approved
        digest bytea,
        approved_by text,
        approved_at timestamptz,
        PRIMARY KEY (workspace_id, campaign_id),
        FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns ON DELETE CASCADE
      );
      -- Days of LINE's (UTC+9), at most 31 in a row, in which people take to what was sent under an aggregation unit.
      CREATE TABLE campaign_units (
        workspace_id uuid NOT NULL,
        channel_id uuid NOT NULL,
        unit text COLLATE "C" NOT NULL,
        from_day date NOT NULL,
        to_day date NOT NULL,
        -- whose turn it counts as
        campaign_id uuid NOT NULL,
        last_sent_on date NOT NULL,
        -- when LINE is to be asked next; null: it has told everything
        due_at timestamptz,
        asked_at timestamptz,
        fetched_at timestamptz,
        -- as LINE told it
        statistics jsonb,
        -- why it could not be had
        problem text,
        PRIMARY KEY (workspace_id, channel_id, unit, from_day)
      );
      CREATE INDEX campaign_units_due ON campaign_units (workspace_id, channel_id, due_at) WHERE due_at IS NOT NULL;
      CREATE INDEX campaign_units_by_campaign ON campaign_units (workspace_id, campaign_id, asked_at);
      -- When LINE was asked for statistics in the last hour.
      CREATE TABLE line_insight_budgets (
        workspace_id uuid NOT NULL,
        channel_id uuid NOT NULL,
        asked_at timestamptz[] NOT NULL,
        PRIMARY KEY (workspace_id, channel_id)
      );
      -- Who gets the tests of campaigns where nobody is named.
      CREATE TABLE campaign_testers (
        workspace_id uuid NOT NULL,
        -- 'member' (id is the company's own) or 'line_user' (id is LINE's)
        kind text NOT NULL CHECK (kind IN ('member', 'line_user')),
        id text COLLATE "C" NOT NULL,
        position smallint NOT NULL,
        PRIMARY KEY (workspace_id, kind, id)
      );
      -- What is to be decided about a send whose rest is held back.
      CREATE TABLE campaign_decisions (
        workspace_id uuid NOT NULL,
        send_id uuid NOT NULL,
        campaign_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('test', 'canary')),
        -- when the last of the first part had been sent to, as far as it was seen
        first_sent_at timestamptz,
        decided_at timestamptz,
        -- 'released', 'stopped' or 'overtaken', with the numbers that decided it
        outcome jsonb,
        PRIMARY KEY (workspace_id, send_id)
      );
      CREATE INDEX campaign_decisions_by_campaign ON campaign_decisions (workspace_id, campaign_id);
    `);
    const tables = ['campaign_approvals', 'campaign_units', 'line_insight_budgets', 'campaign_testers'];
    for (const table of [...tables, 'campaign_decisions']) await isolateByWorkspace(runner, table);
    await allowLookups(runner, 'campaign_units');
    await runner.query(`
      -- Channels at which statistics are due.
      CREATE FUNCTION lookup_due_campaign_units(at timestamptz) RETURNS TABLE (workspace_id uuid, channel_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT DISTINCT u.workspace_id, u.channel_id FROM campaign_units u WHERE u.due_at <= at';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
