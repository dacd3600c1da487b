import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isolateByWorkspace } from '../row-level-security.js';

/** Who uses a contract, the codes by which they link, and what people asked for in the talk. */
export class UserCodes0010 implements MigrationInterface {
  readonly name = 'UserCodes0000000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The contract is its contractor: a parent pays, children use.
      CREATE TABLE contract_users (
        workspace_id uuid NOT NULL,
        -- members.id, both
        contractor_id bigint NOT NULL,
        user_id bigint NOT NULL,
        -- encrypted: as it was given when the contract was made
        name bytea,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, contractor_id, user_id)
      );
      CREATE TABLE user_codes (
        workspace_id uuid NOT NULL,
        id uuid NOT NULL,
        contractor_id bigint NOT NULL,
        user_id bigint NOT NULL,
        -- encrypted
        label bytea,
        -- encrypted, because it is shown again; null once it is used or ended
        code bytea,
        code_hash bytea NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        -- link_attempts.id of the browser in which it was typed; it is that attempt's for as long as that can succeed
        attempt_id uuid,
        used_at timestamptz,
        -- line_users.id
        used_by bigint,
        -- deleted or replaced
        ended_at timestamptz,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE UNIQUE INDEX user_codes_by_hash ON user_codes (workspace_id, code_hash);
      CREATE INDEX user_codes_by_contract ON user_codes (workspace_id, contractor_id, user_id);
      CREATE UNIQUE INDEX user_codes_open ON user_codes (workspace_id, contractor_id, user_id)
        WHERE used_at IS NULL AND ended_at IS NULL;
      -- Wrong codes, by LINE user and for the workspace as a whole.
      CREATE TABLE code_failures (
        workspace_id uuid NOT NULL,
        -- line_users.id, or 0 for all together
        line_user_id bigint NOT NULL,
        failures integer NOT NULL,
        failed_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, line_user_id)
      );
      -- The question "really unlink?", asked in the talk.
      CREATE TABLE unlink_questions (
        workspace_id uuid NOT NULL,
        token_hash bytea NOT NULL,
        channel_id uuid NOT NULL,
        line_user_id bigint NOT NULL,
        -- links.id
        link_ids bigint[] NOT NULL,
        expires_at timestamptz NOT NULL,
        -- webhook_events.id of the answer
        answered_by bigint,
        PRIMARY KEY (workspace_id, token_hash)
      );
      CREATE INDEX unlink_questions_by_line_user ON unlink_questions (workspace_id, line_user_id);
    `);
    for (const table of ['contract_users', 'user_codes', 'code_failures', 'unlink_questions'])
      await isolateByWorkspace(runner, table);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
