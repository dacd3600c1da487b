import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** Sign-ins of a site's visitors by LINE, one row each. */
export class LinkSessions0012 implements MigrationInterface {
  readonly name = 'LinkSessions0000000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE link_sessions (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        channel_id uuid NOT NULL,
        -- null: any role, and the link page's default one for a new link
        role text CHECK (role IN ('contractor', 'user', 'member')),
        -- whom the site had signed in already; members.id
        member_id bigint,
        return_url text NOT NULL,
        -- of the secret in the start address; null once a browser has used it
        key_hash bytea,
        attempt_id uuid,
        state text NOT NULL CHECK (state IN ('made', 'opened', 'finished', 'redeemed', 'linked')),
        -- of the code that the browser brings back; null once the site has used it
        code_hash bytea,
        line_user_id bigint,
        friend boolean,
        login_tokens bytea,
        failure text,
        outcome text CHECK (outcome IN ('known', 'unknown', 'ambiguous', 'failed')),
        created_at timestamptz NOT NULL,
        -- of the step that is due next
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE INDEX link_sessions_by_age ON link_sessions (created_at, workspace_id);
      CREATE INDEX link_sessions_with_tokens ON link_sessions (expires_at, workspace_id)
        WHERE login_tokens IS NOT NULL;
    `);
    await isolateByWorkspace(runner, 'link_sessions');
    await allowLookups(runner, 'link_sessions');
    await runner.query(`
      CREATE FUNCTION lookup_untidy_link_sessions(at timestamptz, made_before timestamptz)
        RETURNS TABLE (workspace_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT s.workspace_id FROM link_sessions s WHERE s.created_at < made_before
            UNION SELECT s.workspace_id FROM link_sessions s WHERE s.login_tokens IS NOT NULL AND s.expires_at <= at';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
