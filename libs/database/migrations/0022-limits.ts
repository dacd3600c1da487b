import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isolateByWorkspace } from '../row-level-security.js';

/** What members do not want to be sent, what workspaces do not want to spend, and what channels cost. */
export class Limits0022 implements MigrationInterface {
  readonly name = 'Limits0000000000022';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A time in which a member did not want to be sent something; the one that lasts has no end.
      CREATE TABLE member_opt_outs (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        -- order of recording
        id bigint GENERATED ALWAYS AS IDENTITY,
        purpose text NOT NULL CHECK (purpose IN ('transactional', 'triggered', 'promotional')),
        since timestamptz NOT NULL,
        -- where they said so, in the company's words
        source text NOT NULL,
        ended_at timestamptz,
        end_source text,
        PRIMARY KEY (workspace_id, member_id, id)
      );
      CREATE UNIQUE INDEX member_opt_outs_lasting ON member_opt_outs (workspace_id, purpose, member_id)
        WHERE ended_at IS NULL;
      -- { day?: { messages?, amount? }, month?: the same }, amounts in minor units
      ALTER TABLE workspaces ADD ceilings jsonb;
      -- Messages that were let leave, by the workspace's calendar.
      CREATE TABLE spending (
        workspace_id uuid NOT NULL,
        day date NOT NULL,
        channel_id uuid NOT NULL,
        messages bigint NOT NULL CHECK (messages >= 0),
        PRIMARY KEY (workspace_id, day, channel_id)
      );
      -- What LINE said last of a channel's month.
      CREATE TABLE channel_quotas (
        workspace_id uuid NOT NULL,
        channel_id uuid NOT NULL,
        -- messages a month; null: LINE names no limit
        most bigint,
        used bigint NOT NULL,
        -- of these, not let leave by us
        by_others bigint NOT NULL,
        read_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, channel_id)
      );
      CREATE TABLE channel_plans (
        workspace_id uuid NOT NULL,
        channel_id uuid NOT NULL,
        plan text NOT NULL CHECK (plan IN ('communication', 'light', 'standard')),
        -- the channel's own prices of further messages: [{ upTo, tenthsOfYen }]; null: LINE's
        tiers jsonb,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, channel_id)
      );
    `);
    for (const table of ['member_opt_outs', 'spending', 'channel_quotas', 'channel_plans'])
      await isolateByWorkspace(runner, table);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
