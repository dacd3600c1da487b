import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** Tenants, their keys, what they did, and the answers kept for repeated requests. */
export class Workspaces0001 implements MigrationInterface {
  readonly name = 'Workspaces0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE workspaces (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        time_zone text NOT NULL,
        currency text NOT NULL,
        quiet_hours jsonb,
        caps jsonb NOT NULL DEFAULT '[]',
        created_at timestamptz NOT NULL
      );
      CREATE TABLE api_keys (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        name text NOT NULL,
        key_hash bytea NOT NULL,
        permits text[] NOT NULL,
        created_at timestamptz NOT NULL,
        revoked_at timestamptz,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (key_hash);
      CREATE TABLE audit_entries (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id bigint GENERATED ALWAYS AS IDENTITY,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_id text NOT NULL,
        action text NOT NULL,
        subject text NOT NULL,
        details jsonb NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      REVOKE UPDATE, DELETE ON audit_entries FROM tsunagi_app;
      CREATE TABLE idempotency_keys (
        -- deferred: the request that makes a workspace is kept under it, and claims its key first
        workspace_id uuid NOT NULL REFERENCES workspaces DEFERRABLE INITIALLY DEFERRED,
        route text NOT NULL,
        key text COLLATE "C" NOT NULL,
        body_hash bytea NOT NULL,
        -- encrypted; null where the answer has no body
        response bytea,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, route, key)
      );
      CREATE INDEX idempotency_keys_by_age ON idempotency_keys (workspace_id, created_at);
    `);
    await isolateByWorkspace(runner, 'workspaces', 'id');
    for (const table of ['api_keys', 'audit_entries', 'idempotency_keys']) await isolateByWorkspace(runner, table);
    await allowLookups(runner, 'workspaces');
    await allowLookups(runner, 'api_keys');
    await runner.query(`
      CREATE FUNCTION lookup_api_key(hash bytea)
        RETURNS TABLE (workspace_id uuid, id uuid, permits text[], time_zone text, currency text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT k.workspace_id, k.id, k.permits, w.time_zone, w.currency
              FROM api_keys k JOIN workspaces w ON w.id = k.workspace_id
             WHERE k.key_hash = hash AND k.revoked_at IS NULL';
      CREATE FUNCTION lookup_workspaces() RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT id FROM workspaces ORDER BY id';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
