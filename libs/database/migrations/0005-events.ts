import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APP_ROLE, isolateByWorkspace } from '../row-level-security.js';

/** What members did, as posted, and what follows from it in the shape that rules ask for. */
export class Events0005 implements MigrationInterface {
  readonly name = 'Events0000000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- As posted, for good. Nothing refers to the workspace's row: the check would cost a lookup per event, and whoever
      -- posts has already found it by its key.
      CREATE TABLE events (
        workspace_id uuid NOT NULL,
        id text COLLATE "C" NOT NULL,
        -- order of arrival
        seq bigint GENERATED ALWAYS AS IDENTITY,
        type text NOT NULL,
        -- null for a restock, which happens to a product
        member_id bigint,
        occurred_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        -- the fields of its type; amounts as posted, in the currency's major unit
        body jsonb NOT NULL,
        PRIMARY KEY (workspace_id, id)
      );
      -- Categories, products and stores are long strings repeated millions of times; rows keep their number instead.
      -- A term once numbered stays; only committed numbers are used elsewhere.
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
        -- its number; handed out to each process a thousand at a time
        id bigint GENERATED ALWAYS AS IDENTITY (INCREMENT BY 1000),
        member_id bigint NOT NULL,
        -- date of the last statement; null while only refunds are known: they wait for the order
        ordered_at timestamptz,
        store_id integer,
        -- amounts in minor units; stated: before refunds, net: after them, 0 in an order that is not counted
        stated_total bigint,
        net_total bigint,
        -- units left over all lines
        net_quantity bigint,
        -- false while it waits, and when refunds have left nothing of its total
        counted boolean NOT NULL DEFAULT false,
        PRIMARY KEY (workspace_id, order_id)
      );
      GRANT USAGE ON SEQUENCE orders_id_seq TO ${APP_ROLE};
      CREATE INDEX orders_by_member ON orders (workspace_id, member_id);
      CREATE INDEX orders_by_store ON orders (workspace_id, store_id, ordered_at)
        INCLUDE (member_id, net_total, net_quantity) WHERE counted AND store_id IS NOT NULL;
      -- All refunds of an order by one member, summed. Only those of the member whose order it turns out to be have effect.
      CREATE TABLE order_refunds (
        workspace_id uuid NOT NULL,
        order_id text COLLATE "C" NOT NULL,
        member_id bigint NOT NULL,
        total bigint NOT NULL,
        -- units returned, by number of the product
        returned jsonb NOT NULL,
        PRIMARY KEY (workspace_id, order_id, member_id)
      );
      -- What is left of each counted order, line by line: lines of which nothing is left have no row, so quantity > 0.
      -- Date, member and store are those of the order; total is quantity times the line's own unit price.
      CREATE TABLE order_lines (
        workspace_id uuid NOT NULL,
        order_number bigint NOT NULL,
        -- its place in the statement, from 0
        line smallint NOT NULL,
        member_id bigint NOT NULL,
        ordered_at timestamptz NOT NULL,
        product_id integer NOT NULL,
        category_id integer,
        store_id integer,
        quantity bigint NOT NULL,
        total bigint NOT NULL,
        PRIMARY KEY (workspace_id, member_id, order_number, line)
      );
      -- For rules about what was bought when. Led by the date behind the term, so that new lines go to a few hot pages.
      CREATE INDEX order_lines_by_category ON order_lines (workspace_id, category_id, ordered_at)
        INCLUDE (member_id, order_number, total) WHERE category_id IS NOT NULL;
      CREATE INDEX order_lines_by_product ON order_lines (workspace_id, product_id, ordered_at) INCLUDE (member_id);
      -- Per member, in order of time (then number): the dates of the counted orders and running sums of net_total and
      -- net_quantity up to and including each, so that a window's count and sums are two binary searches and two
      -- subtractions. No row where no order is counted. The arrays are rewritten as a whole; compressing them on each
      -- append would cost more than it saves.
      CREATE TABLE purchase_histories (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        ordered_at timestamptz[] STORAGE EXTERNAL NOT NULL,
        total_sums bigint[] STORAGE EXTERNAL NOT NULL,
        quantity_sums bigint[] STORAGE EXTERNAL NOT NULL,
        PRIMARY KEY (workspace_id, member_id)
      ) WITH (fillfactor = 85);
      -- Per member the instants of all visits in order of time.
      CREATE TABLE visit_histories (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        visited_at timestamptz[] STORAGE EXTERNAL NOT NULL,
        PRIMARY KEY (workspace_id, member_id)
      ) WITH (fillfactor = 85);
      -- One row a browse event.
      CREATE TABLE page_views (
        workspace_id uuid NOT NULL,
        -- the event's
        seq bigint NOT NULL,
        member_id bigint NOT NULL,
        viewed_at timestamptz NOT NULL,
        product_id integer,
        category_id integer,
        url text NOT NULL,
        PRIMARY KEY (workspace_id, seq)
      );
      CREATE INDEX page_views_by_date ON page_views (workspace_id, viewed_at) INCLUDE (member_id, category_id, product_id);
      CREATE INDEX page_views_by_member ON page_views (workspace_id, member_id);
    `);
    const tables = [
      'events',
      'catalog_terms',
      'orders',
      'order_refunds',
      'order_lines',
      'purchase_histories',
      'visit_histories',
      'page_views',
    ];
    for (const table of tables) await isolateByWorkspace(runner, table);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
