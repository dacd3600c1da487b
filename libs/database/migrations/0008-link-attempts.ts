import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** The ways that people take to a link, the pages they see on it, and what they agreed to. */
export class LinkAttempts0008 implements MigrationInterface {
  readonly name = 'LinkAttempts0000000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- the account's own name with an @, for the way to add it as a friend; read from bot/info when it is first needed
      ALTER TABLE channels ADD COLUMN basic_id text;
      -- One person's way through linking, bound to one browser. Secrets are hashed, or sealed where they are needed again.
      CREATE TABLE link_attempts (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        channel_id uuid NOT NULL,
        purpose text NOT NULL CHECK (purpose IN ('link', 'takeover', 'unlink', 'session')),
        route text NOT NULL CHECK (route IN ('login', 'account_link', 'site_login', 'user_code')),
        role text NOT NULL CHECK (role IN ('contractor', 'user', 'member')),
        -- hash of the secret in the browser's cookie
        browser_hash bytea,
        -- hash of the secret in an address that was sent to the person
        ticket_hash bytea,
        link_token bytea,
        -- of the login that is under way; taken once, by the callback
        login_state_hash bytea,
        login_nonce bytea,
        code_verifier bytea,
        login_redirect_uri text,
        -- of the login that has come back, to know it when it comes twice
        login_taken_hash bytea,
        login_restarted boolean NOT NULL DEFAULT false,
        -- of the account link that is under way; taken once, by LINE's webhook
        nonce_hash bytea,
        session_id uuid,
        line_user_id bigint,
        line_display_name bytea,
        friend boolean,
        login_tokens bytea,
        member_id bigint,
        proof text CHECK (proof IN ('hosted', 'company', 'api', 'code', 'link')),
        consent_id bigint,
        state text NOT NULL
          CHECK (state IN ('open', 'handed_over', 'linked', 'done', 'failed', 'expired', 'cancelled')),
        failure text,
        link_id bigint,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        PRIMARY KEY (workspace_id, id),
        CHECK ((ended_at IS NULL) = (state IN ('open', 'handed_over')))
      );
      CREATE UNIQUE INDEX link_attempts_by_ticket ON link_attempts (workspace_id, ticket_hash)
        WHERE ticket_hash IS NOT NULL;
      CREATE UNIQUE INDEX link_attempts_by_login_state ON link_attempts (workspace_id, login_state_hash)
        WHERE login_state_hash IS NOT NULL;
      CREATE UNIQUE INDEX link_attempts_by_nonce ON link_attempts (workspace_id, nonce_hash)
        WHERE nonce_hash IS NOT NULL;
      CREATE INDEX link_attempts_under_way ON link_attempts (expires_at, workspace_id) WHERE ended_at IS NULL;
      CREATE INDEX link_attempts_ended ON link_attempts (ended_at, workspace_id) WHERE ended_at IS NOT NULL;
      CREATE TABLE link_pages (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        channel_id uuid NOT NULL,
        settings jsonb NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, channel_id)
      );
      -- Names under which a workspace's pages are reached; one belongs to one workspace of the installation.
      CREATE TABLE link_hosts (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        host text COLLATE "C" NOT NULL,
        PRIMARY KEY (workspace_id, host)
      );
      CREATE UNIQUE INDEX link_hosts_once ON link_hosts (host);
      -- Settings that somebody looks at before they are saved.
      CREATE TABLE link_page_drafts (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        channel_id uuid NOT NULL,
        settings jsonb NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE INDEX link_page_drafts_by_end ON link_page_drafts (expires_at, workspace_id);
      -- What somebody agreed to before linking, to the letter.
      CREATE TABLE link_consents (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id bigint GENERATED ALWAYS AS IDENTITY,
        member_id bigint NOT NULL,
        line_user_id bigint NOT NULL,
        channel_id uuid NOT NULL,
        -- hash of the wording
        version text NOT NULL,
        text text NOT NULL,
        privacy_policy_url text,
        lang text NOT NULL CHECK (lang IN ('ja', 'en')),
        consented_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE INDEX link_consents_by_member ON link_consents (workspace_id, member_id, id);
    `);
    const tables = ['link_attempts', 'link_pages', 'link_hosts', 'link_page_drafts', 'link_consents'];
    for (const table of tables) await isolateByWorkspace(runner, table);
    for (const table of ['link_attempts', 'link_hosts', 'link_page_drafts']) await allowLookups(runner, table);
    await runner.query(`
      CREATE FUNCTION lookup_link_host(name text) RETURNS TABLE (workspace_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT h.workspace_id FROM link_hosts h WHERE h.host = name COLLATE "C"';
      CREATE FUNCTION lookup_overdue_link_attempts(at timestamptz, ended_before timestamptz)
        RETURNS TABLE (workspace_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT a.workspace_id FROM link_attempts a WHERE a.ended_at IS NULL AND a.expires_at <= at
            UNION SELECT a.workspace_id FROM link_attempts a WHERE a.ended_at < ended_before
            UNION SELECT d.workspace_id FROM link_page_drafts d WHERE d.expires_at <= at';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
