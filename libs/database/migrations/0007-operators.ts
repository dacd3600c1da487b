import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** The people who run a workspace, and where they are signed in. */
export class Operators0007 implements MigrationInterface {
  readonly name = 'Operators0000000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE operators (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        email text NOT NULL,
        name text NOT NULL,
        password_hash text NOT NULL,
        permits text[] NOT NULL,
        created_at timestamptz NOT NULL,
        disabled_at timestamptz,
        PRIMARY KEY (workspace_id, id)
      );
      -- one live operator an address in the whole installation, for it is all that is asked at sign-in; "C" folds the
      -- same letters whatever the locale of the server
      CREATE UNIQUE INDEX operators_by_email ON operators (lower(email COLLATE "C")) WHERE disabled_at IS NULL;
      CREATE TABLE operator_sessions (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        operator_id uuid NOT NULL,
        token_hash bytea NOT NULL,
        created_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        PRIMARY KEY (workspace_id, id),
        FOREIGN KEY (workspace_id, operator_id) REFERENCES operators
      );
      CREATE UNIQUE INDEX operator_sessions_by_hash ON operator_sessions (token_hash);
      CREATE INDEX operator_sessions_by_operator ON operator_sessions (workspace_id, operator_id);
    `);
    for (const table of ['operators', 'operator_sessions']) {
      await isolateByWorkspace(runner, table);
      await allowLookups(runner, table);
    }
    await runner.query(`
      CREATE FUNCTION lookup_operator(address text)
        RETURNS TABLE (workspace_id uuid, id uuid, password_hash text, time_zone text, currency text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT o.workspace_id, o.id, o.password_hash, w.time_zone, w.currency
              FROM operators o JOIN workspaces w ON w.id = o.workspace_id
             WHERE lower(o.email COLLATE "C") = lower(address COLLATE "C") AND o.disabled_at IS NULL';
      CREATE FUNCTION lookup_operator_session(hash bytea)
        RETURNS TABLE (workspace_id uuid, id uuid, operator_id uuid, last_seen_at timestamptz, expires_at timestamptz,
                       permits text[], time_zone text, currency text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT s.workspace_id, s.id, s.operator_id, s.last_seen_at, s.expires_at, o.permits, w.time_zone, w.currency
              FROM operator_sessions s
              JOIN operators o ON o.workspace_id = s.workspace_id AND o.id = s.operator_id
              JOIN workspaces w ON w.id = s.workspace_id
             WHERE s.token_hash = hash AND s.ended_at IS NULL AND o.disabled_at IS NULL';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
