import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isolateByWorkspace } from '../row-level-security.js';

/** What members did, as posted, and what follows from it in the shape that rules ask for. */
export class Events0005 implements MigrationInterface {
  readonly name = 'Events0000000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE events (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id text COLLATE "C" NOT NULL,
        -- order of arrival
        seq bigint GENERATED ALWAYS AS IDENTITY,
        type text NOT NULL,
        -- null for a restock, which happens to a product
        member_id bigint,
        occurred_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        body jsonb NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      -- Categories, products and stores are long strings repeated millions of times; rows keep their number instead.
      CREATE TABLE catalog_terms (
        workspace_id uuid NOT NULL,
        id integer GENERATED ALWAYS AS IDENTITY,
        kind text NOT NULL CHECK (kind IN ('category', 'product', 'store')),
        term text COLLATE "C" NOT NULL,
        PRIMARY KEY (workspace_id, kind, term)
      );
      CREATE UNIQUE INDEX catalog_terms_by_id ON catalog_terms (workspace_id, id);
      -- An order as its last statement and its refunds leave it.
      CREATE TABLE orders (
        workspace_id uuid NOT NULL,
        order_id text COLLATE "C" NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        member_id bigint NOT NULL,
        -- null while only refunds are known: they wait for the order
        ordered_at timestamptz,
        stated_seq bigint,
        store_id integer,
        stated_total bigint,
        net_total bigint,
        net_quantity bigint,
        -- false when nothing is left of it
        counted boolean NOT NULL DEFAULT false,
        PRIMARY KEY (workspace_id, order_id)
      );
      CREATE INDEX orders_by_member ON orders (workspace_id, member_id);
      CREATE INDEX orders_by_store ON orders (workspace_id, store_id, ordered_at)
        INCLUDE (member_id, net_total, net_quantity) WHERE counted AND store_id IS NOT NULL;
      -- What is left of each counted order, line by line.
      CREATE TABLE order_lines (
        workspace_id uuid NOT NULL,
        order_number bigint NOT NULL,
        line smallint NOT NULL,
        member_id bigint NOT NULL,
        ordered_at timestamptz NOT NULL,
        product_id integer NOT NULL,
        category_id integer,
        store_id integer,
        quantity bigint NOT NULL,
        total bigint NOT NULL,
        PRIMARY KEY (workspace_id, order_number, line)
      );
      -- Per member, in order of time: the dates of the counted orders and running sums up to and including each, so that
      -- a window's count and sums are two binary searches and two subtractions.
      CREATE TABLE purchase_histories (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        ordered_at timestamptz[] NOT NULL,
        total_sums bigint[] NOT NULL,
        quantity_sums bigint[] NOT NULL,
        PRIMARY KEY (workspace_id, member_id)
      );
      CREATE TABLE visit_histories (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        visited_at timestamptz[] NOT NULL,
        PRIMARY KEY (workspace_id, member_id)
      );
      CREATE TABLE page_views (
        workspace_id uuid NOT NULL,
        seq bigint NOT NULL,
        member_id bigint NOT NULL,
        viewed_at timestamptz NOT NULL,
        product_id integer,
        category_id integer,
        url text NOT NULL,
        PRIMARY KEY (workspace_id, seq)
      );
    `);
    const tables = 'events catalog_terms orders order_lines purchase_histories visit_histories page_views'.split(' ');
    for (const table of tables) await isolateByWorkspace(runner, table);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
