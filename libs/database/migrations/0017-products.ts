import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** What is sold, who waits for it, and what people do on the company's pages before we know who they are. */
export class Products0017 implements MigrationInterface {
  readonly name = 'Products0000000000017';

  async up(runner: QueryRunner): Promise<void> {
    await this.products(runner);
    await this.visitors(runner);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }

  private async products(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE products (
        workspace_id uuid NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        -- the company's own id
        product_id text COLLATE "C" NOT NULL,
        name text NOT NULL,
        category text,
        -- amounts in minor units
        price bigint NOT NULL,
        sale_price bigint,
        image_url text,
        url text,
        -- units; null: not counted
        stock integer,
        availability text NOT NULL CHECK (availability IN ('in_stock', 'out_of_stock', 'preorder', 'backorder')),
        -- the last feed with replace that named it
        feed_id uuid,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, product_id)
      );
      CREATE UNIQUE INDEX products_by_id ON products (workspace_id, id);
      CREATE TABLE product_feeds (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        format text NOT NULL CHECK (format IN ('tsv', 'csv', 'xml')),
        -- products that it does not name are out of stock
        replaces boolean NOT NULL,
        state text NOT NULL CHECK (state IN ('receiving', 'waiting', 'importing', 'imported', 'failed')),
        -- received so far
        bytes bigint NOT NULL DEFAULT 0,
        -- where its rows begin to be alike: a reader that goes on later reads this much again, then from imported_bytes
        prologue_bytes bigint NOT NULL DEFAULT 0,
        imported_bytes bigint NOT NULL DEFAULT 0,
        -- of the file, at imported_bytes
        line integer NOT NULL DEFAULT 1,
        rows integer NOT NULL DEFAULT 0,
        created integer NOT NULL DEFAULT 0,
        updated integer NOT NULL DEFAULT 0,
        unchanged integer NOT NULL DEFAULT 0,
        refused integer NOT NULL DEFAULT 0,
        out_of_stock integer NOT NULL DEFAULT 0,
        -- why all of it was given up: { line, code, detail }
        error jsonb,
        created_at timestamptz NOT NULL,
        -- when it was complete
        received_at timestamptz,
        finished_at timestamptz,
        PRIMARY KEY (workspace_id, id)
      );
      -- The bytes of a feed until they are imported.
      CREATE TABLE product_feed_parts (
        workspace_id uuid NOT NULL,
        feed_id uuid NOT NULL,
        -- the part's place in the file
        starts_at bigint NOT NULL,
        ends_at bigint NOT NULL,
        body bytea STORAGE EXTERNAL NOT NULL,
        PRIMARY KEY (workspace_id, feed_id, starts_at),
        FOREIGN KEY (workspace_id, feed_id) REFERENCES product_feeds ON DELETE CASCADE
      );
      -- The first rows of a feed that were refused.
      CREATE TABLE product_feed_refusals (
        workspace_id uuid NOT NULL,
        feed_id uuid NOT NULL,
        -- from 1
        number integer NOT NULL,
        line integer NOT NULL,
        code text NOT NULL,
        detail text NOT NULL,
        PRIMARY KEY (workspace_id, feed_id, number),
        FOREIGN KEY (workspace_id, feed_id) REFERENCES product_feeds ON DELETE CASCADE
      );
      -- Who wants to hear when a product is back; gone once they have heard.
      CREATE TABLE restock_requests (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        -- the company's own id; we need not know the product
        product_id text COLLATE "C" NOT NULL,
        -- order of asking
        id bigint GENERATED ALWAYS AS IDENTITY,
        asked_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, member_id, product_id)
      );
      CREATE UNIQUE INDEX restock_requests_by_product ON restock_requests (workspace_id, product_id, id);
    `);
    const tables = ['products', 'product_feeds', 'product_feed_parts', 'product_feed_refusals', 'restock_requests'];
    for (const table of tables) await isolateByWorkspace(runner, table);
    await allowLookups(runner, 'product_feeds');
    await runner.query(`
      -- Feeds whose sender has not come back, and feeds that were done with long ago.
      CREATE FUNCTION lookup_product_feeds_to_forget(begun_before timestamptz, finished_before timestamptz)
        RETURNS TABLE (workspace_id uuid, id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT f.workspace_id, f.id FROM product_feeds f
             WHERE f.state = ''receiving'' AND f.created_at < begun_before OR f.finished_at < finished_before';
    `);
  }

  private async visitors(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tracking_settings (
        workspace_id uuid NOT NULL PRIMARY KEY REFERENCES workspaces,
        -- stands in the pages' script tag for everybody to see
        key text COLLATE "C" NOT NULL,
        enabled boolean NOT NULL,
        -- https://shop.example, whose pages may post
        origins text[] NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX tracking_settings_by_key ON tracking_settings (key);
      -- Browsers whose users have consented.
      CREATE TABLE visitors (
        workspace_id uuid NOT NULL,
        -- SHA-256 of the browser's id, which is known to nobody but the browser and the company's server
        visitor bytea NOT NULL,
        -- null: nobody has told us who it is
        member_id bigint,
        first_seen_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, visitor)
      );
      CREATE INDEX visitors_by_last_seen ON visitors (workspace_id, last_seen_at);
      -- What a visitor did while nobody had told us who it is; the member's once somebody does.
      CREATE TABLE visitor_events (
        workspace_id uuid NOT NULL,
        visitor bytea NOT NULL,
        -- order of arrival
        seq bigint GENERATED ALWAYS AS IDENTITY,
        occurred_at timestamptz NOT NULL,
        -- an event as it would be posted, without id, member and time
        body jsonb NOT NULL,
        PRIMARY KEY (workspace_id, visitor, seq),
        FOREIGN KEY (workspace_id, visitor) REFERENCES visitors ON DELETE CASCADE
      );
      CREATE INDEX visitor_events_by_date ON visitor_events (workspace_id, occurred_at);
    `);
    for (const table of ['tracking_settings', 'visitors', 'visitor_events']) await isolateByWorkspace(runner, table);
    await allowLookups(runner, 'tracking_settings');
    await runner.query(`
      CREATE FUNCTION lookup_tracking_key(wanted text) RETURNS TABLE (workspace_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT s.workspace_id FROM tracking_settings s WHERE s.key = wanted AND s.enabled';
      CREATE FUNCTION lookup_tracking_workspaces() RETURNS TABLE (workspace_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT s.workspace_id FROM tracking_settings s';
    `);
  }
}
