import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isolateByWorkspace } from '../row-level-security.js';

/** What would otherwise be overwritten or deleted, kept for whoever asks how it was before. */
export class Pasts0025 implements MigrationInterface {
  readonly name = 'Pasts0000000000025';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The rank that a member got, or null where it was taken away; a first rank that a member came with is none.
      CREATE TABLE member_rank_changes (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        changed_at timestamptz NOT NULL,
        rank text COLLATE "C",
        PRIMARY KEY (workspace_id, member_id, id)
      );
      -- Who waited for a product until then: heard of it, or did not want to any more.
      CREATE TABLE ended_restock_requests (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        product_id text COLLATE "C" NOT NULL,
        -- restock_requests.id
        id bigint NOT NULL,
        asked_at timestamptz NOT NULL,
        ended_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, member_id, product_id, id)
      );
      CREATE INDEX ended_restock_requests_by_product ON ended_restock_requests (workspace_id, product_id, ended_at);
      -- A product was in stock again by what the catalogue said; what the shop posts is an event.
      CREATE TABLE product_restocks (
        workspace_id uuid NOT NULL,
        -- products.id
        product_id bigint NOT NULL,
        restocked_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, product_id, restocked_at)
      );
      -- Who came and went, among all that people wrote.
      CREATE INDEX webhook_events_of_friends ON webhook_events (workspace_id, channel_id, id)
        WHERE type IN ('follow', 'unfollow');
    `);
    for (const table of ['member_rank_changes', 'ended_restock_requests', 'product_restocks'])
      await isolateByWorkspace(runner, table);
    // A constant, because it is the same for all workspaces and never changes.
    await runner.query(`
      DO $do$ BEGIN
        EXECUTE format('CREATE FUNCTION pasts_kept_since() RETURNS timestamptz LANGUAGE sql IMMUTABLE AS %L',
                       format('SELECT %L::timestamptz', date_trunc('milliseconds', now())));
      END $do$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
