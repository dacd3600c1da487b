import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isolateByWorkspace } from '../row-level-security.js';

/** How members prove who they are: by our sign-in, or by the company's own. */
export class SignIn0009 implements MigrationInterface {
  readonly name = 'SignIn0000000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE member_logins (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        member_id bigint NOT NULL,
        login_id text NOT NULL,
        -- what is compared: the login id without regard to case and width
        login_key text COLLATE "C" NOT NULL,
        -- null until the member sets one by mail
        password_hash text,
        password_set_at timestamptz,
        -- SHA-256 of the address that was proven by a link in a mail; another address in the profile is not
        verified_email_hash bytea,
        email_verified_at timestamptz,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, member_id)
      );
      CREATE UNIQUE INDEX member_logins_by_key ON member_logins (workspace_id, login_key);
      CREATE TABLE password_resets (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        member_id bigint NOT NULL,
        token_hash bytea NOT NULL,
        -- SHA-256 of the address it was mailed to: void once the member has another one
        email_hash bytea NOT NULL,
        created_at timestamptz NOT NULL,
        -- null until the mail server has taken it
        mailed_at timestamptz,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE UNIQUE INDEX password_resets_by_token ON password_resets (workspace_id, token_hash);
      CREATE INDEX password_resets_by_member ON password_resets (workspace_id, member_id);
      CREATE TABLE sign_in_keys (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        -- encrypted, the key's id is part of the ciphertext
        secret bytea NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      -- Answers of a company's own sign-in that have been taken: each counts once.
      CREATE TABLE sign_in_answers (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        jti text COLLATE "C" NOT NULL,
        -- when its signature ends to be good, and the row is no longer needed
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, jti)
      );
      CREATE INDEX sign_in_answers_by_end ON sign_in_answers (workspace_id, expires_at);
    `);
    const tables = ['member_logins', 'password_resets', 'sign_in_keys', 'sign_in_answers'];
    for (const table of tables) await isolateByWorkspace(runner, table);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
