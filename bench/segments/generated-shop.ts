import type { Client } from 'pg';

export const WORKSPACE = '01900000-0000-7000-8000-000000000001';
export const CHANNEL = '01900000-0000-7000-8000-0000000000c1';
/** The moment all questions are asked at; the shop's three years end here. */
export const AS_OF = '2026-04-01T12:00:00+09:00';

/** Mail address of the nth member. */
export const mailOf = (n: number) => `member-${n}@shop.example`;

const workspace = `'${WORKSPACE}'::uuid`;
const channel = `'${CHANNEL}'::uuid`;
const asOf = `timestamptz '${AS_OF}'`;

/**
 * A shop written straight into the tables in the state that ingest leaves behind, and once more into `raw.*` as plain
 * rows: what somebody would have who only stores what happened. Everything follows from hashes of running numbers, so
 * each run makes the same shop.
 *
 * Per member: 5 orders of 2 lines on average over three years, exponentially distributed, 15 % have none; 40
 * categories, the first of which holds 16 % of the lines; 5 visits; 2 tags; 60 % are linked, 80 % of these friends.
 */
export function generationSteps(members: number): [title: string, statement: string][] {
  return [
    ['random numbers', RANDOM],
    ['members', people(members)],
    ['orders', ORDERS],
    ['lines', LINES],
    ['order totals', ORDER_TOTALS],
    ['purchase histories', PURCHASE_HISTORIES],
    ['visits', VISITS],
    ['summaries', SUMMARIES],
    ['profiles and tags', PROFILES],
    ['links', LINKS],
    ['page views', PAGE_VIEWS],
    ['raw tables', RAW],
    ['raw indexes', RAW_INDEXES],
    ['clean-up', `DROP TABLE made_members, made_orders, made_visits`],
  ];
}

export async function generateShop(owner: Client, members: number, log: (line: string) => void): Promise<void> {
  for (const [title, statement] of generationSteps(members)) {
    log(`  generating ${title}`);
    await owner.query(statement);
  }
  log('  vacuum and statistics');
  await owner.query('VACUUM (ANALYZE)');
}

/** Indexes are made again after a table is filled: in one go, several times faster than row by row. */
const INDEXES_LATER = `
  CREATE TABLE raw.dropped_indexes (definition text);
  CREATE FUNCTION raw.drop_indexes(of_table regclass) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE one record;
    BEGIN
      FOR one IN SELECT i.indexrelid::regclass AS name, c.conname, pg_get_constraintdef(c.oid) AS constrained, pg_get_indexdef(i.indexrelid) AS indexed
                   FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'p' WHERE i.indrelid = of_table
      LOOP
        IF one.conname IS NULL THEN
          INSERT INTO raw.dropped_indexes VALUES (one.indexed);
          EXECUTE format('DROP INDEX %s', one.name);
        ELSE
          INSERT INTO raw.dropped_indexes VALUES (format('ALTER TABLE %s ADD CONSTRAINT %I %s', of_table, one.conname, one.constrained));
          EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', of_table, one.conname);
        END IF;
      END LOOP;
    END $$;
  CREATE FUNCTION raw.make_indexes() RETURNS void LANGUAGE plpgsql AS $$
    DECLARE one record;
    BEGIN
      FOR one IN DELETE FROM raw.dropped_indexes RETURNING definition LOOP EXECUTE one.definition; END LOOP;
    END $$`;

/** Uniform in [0, 1) from a number and a seed. */
const RANDOM = `
  CREATE SCHEMA raw;
  CREATE FUNCTION raw.uniform(n bigint, seed bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT (hashint8extended(n, seed) & 9007199254740991)::float8 / 9007199254740992';
  ${INDEXES_LATER};
  INSERT INTO workspaces (id, name, time_zone, currency, created_at)
    VALUES (${workspace}, 'Bench', 'Asia/Tokyo', 'JPY', ${asOf} - interval '5 years');
  INSERT INTO channels (workspace_id, id, name, line_channel_id, channel_secret, access_token, created_at)
    VALUES (${workspace}, ${channel}, 'Shop', '1', '', '', ${asOf} - interval '5 years');
  INSERT INTO catalog_terms (workspace_id, kind, term)
    SELECT ${workspace}, 'category', 'category-' || n FROM generate_series(0, 39) n;
  INSERT INTO catalog_terms (workspace_id, kind, term)
    SELECT ${workspace}, 'product', 'product-' || n FROM generate_series(0, 3999) n;
  INSERT INTO catalog_terms (workspace_id, kind, term)
    SELECT ${workspace}, 'store', 'store-' || n FROM generate_series(0, 49) n`;

function people(members: number): string {
  return `
  CREATE UNLOGGED TABLE made_members AS
    SELECT n AS id, ${asOf} - raw.uniform(n, 1) * interval '5 years' AS registered_at,
           (array['regular','regular','regular','regular','regular','regular','silver','silver','silver','gold'])
             [1 + floor(10 * raw.uniform(n, 2))::int] AS rank,
           CASE WHEN raw.uniform(n, 3) < 0.9 THEN 1 + floor(12 * raw.uniform(n, 4))::int END AS birth_month,
           raw.uniform(n, 5) < 0.6 AS linked, raw.uniform(n, 6) AS friendliness,
           floor(-5.6 * ln(1 - raw.uniform(n, 7)))::int AS orders, floor(-5.5 * ln(1 - raw.uniform(n, 8)))::int AS visits
      FROM generate_series(1, ${members}::bigint) n`;
}

const ORDERS = `
  CREATE UNLOGGED TABLE made_orders AS
    SELECT row_number() OVER (ORDER BY ordered_at) AS id, made.*,
           CASE WHEN raw.uniform(seed, 13) < 0.7 THEN floor(50 * raw.uniform(seed, 14))::int END AS store
      FROM (SELECT m.id AS member_id, seed,
                   greatest(m.registered_at, ${asOf} - interval '3 years')
                   + raw.uniform(seed, 11) * (${asOf} - greatest(m.registered_at, ${asOf} - interval '3 years')) AS ordered_at,
                   1 + floor(3 * raw.uniform(seed, 12))::int AS lines
              FROM made_members m, generate_series(1, m.orders) k, LATERAL (SELECT m.id * 1000 + k AS seed)) made`;

const LINES = `
  SELECT raw.drop_indexes('order_lines');
  INSERT INTO order_lines (workspace_id, order_number, line, member_id, ordered_at, product_id, category_id, store_id, quantity, total)
    SELECT ${workspace}, o.id, line, o.member_id, o.ordered_at, p.id, c.id, s.id, quantity,
           quantity * (500 + 10 * floor(950 * raw.uniform(line_seed, 22))::int)
      FROM made_orders o
      CROSS JOIN LATERAL generate_series(1, o.lines) line
      CROSS JOIN LATERAL (SELECT o.seed * 4 + line AS line_seed)
      CROSS JOIN LATERAL (SELECT floor(40 * raw.uniform(line_seed, 20) ^ 2)::int AS category,
                                 1 + floor(3 * raw.uniform(line_seed, 21) ^ 3)::int AS quantity)
      CROSS JOIN LATERAL (SELECT category * 100 + floor(100 * raw.uniform(line_seed, 23) ^ 2)::int AS product)
      JOIN catalog_terms c ON c.kind = 'category' AND c.term = 'category-' || category
      JOIN catalog_terms p ON p.kind = 'product' AND p.term = 'product-' || product
      LEFT JOIN catalog_terms s ON s.kind = 'store' AND s.term = 'store-' || o.store
     ORDER BY o.id;
  SELECT raw.make_indexes()`;

const ORDER_TOTALS = `
  INSERT INTO orders (workspace_id, order_id, id, member_id, ordered_at, store_id, stated_total, net_total, net_quantity, counted)
    OVERRIDING SYSTEM VALUE
    SELECT ${workspace}, 'order-' || order_number, order_number, min(member_id), min(ordered_at), min(store_id),
           sum(total), sum(total), sum(quantity), true
      FROM order_lines GROUP BY order_number ORDER BY order_number`;

/** Rows lie in the order of the last purchase, as if each had been written then. */
const PURCHASE_HISTORIES = `
  INSERT INTO purchase_histories (workspace_id, member_id, ordered_at, total_sums, quantity_sums)
    SELECT ${workspace}, member_id, array_agg(ordered_at ORDER BY ordered_at, id), array_agg(total_sum ORDER BY ordered_at, id),
           array_agg(quantity_sum ORDER BY ordered_at, id)
      FROM (SELECT member_id, ordered_at, id, sum(net_total) OVER w::bigint AS total_sum, sum(net_quantity) OVER w::bigint AS quantity_sum
              FROM orders WINDOW w AS (PARTITION BY member_id ORDER BY ordered_at, id)) sums
     GROUP BY member_id ORDER BY max(ordered_at)`;

const VISITS = `
  CREATE UNLOGGED TABLE made_visits AS
    SELECT m.id AS member_id, ${asOf} - raw.uniform(m.id * 1000 + k, 31) * (${asOf} - m.registered_at) AS visited_at
      FROM made_members m, generate_series(1, m.visits) k;
  INSERT INTO visit_histories (workspace_id, member_id, visited_at)
    SELECT ${workspace}, member_id, array_agg(visited_at ORDER BY visited_at)
      FROM made_visits GROUP BY member_id ORDER BY max(visited_at)`;

const SUMMARIES = `
  INSERT INTO members (workspace_id, id, external_id, rank, birth_month, registered_at, visit_count, first_visit_at, last_visit_at,
                       purchase_count, purchase_total, purchase_quantity, first_purchase_at, last_purchase_at, linked, friend_state, profiled, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT ${workspace}, m.id, 'member-' || m.id, m.rank, m.birth_month, m.registered_at,
           coalesce(cardinality(v.visited_at), 0), v.visited_at[1], v.visited_at[cardinality(v.visited_at)],
           coalesce(cardinality(p.ordered_at), 0), coalesce(p.total_sums[cardinality(p.ordered_at)], 0), coalesce(p.quantity_sums[cardinality(p.ordered_at)], 0),
           p.ordered_at[1], p.ordered_at[cardinality(p.ordered_at)],
           m.linked, (CASE WHEN NOT m.linked OR m.friendliness >= 0.95 THEN 'none' WHEN m.friendliness < 0.8 THEN 'friend' ELSE 'blocked' END)::friend_state,
           true, m.registered_at
      FROM made_members m
      LEFT JOIN purchase_histories p ON p.member_id = m.id
      LEFT JOIN visit_histories v ON v.member_id = m.id
     ORDER BY m.id`;

const PROFILES = `
  INSERT INTO member_profiles (workspace_id, member_id, email, attributes)
    SELECT ${workspace}, id, 'member-' || id || '@shop.example', jsonb_build_object('points', floor(5000 * raw.uniform(id, 41)),
             'prefecture', 'prefecture-' || floor(47 * raw.uniform(id, 42)), 'newsletter', raw.uniform(id, 43) < 0.5)
      FROM made_members ORDER BY id;
  INSERT INTO member_tags (workspace_id, member_id, tag)
    SELECT ${workspace}, id, 'tag-' || n FROM made_members, generate_series(1, 20) n WHERE raw.uniform(id * 100 + n, 44) < 2.0 / (n + 6)
     ORDER BY id`;

const LINKS = `
  INSERT INTO line_users (workspace_id, id, channel_id, user_id, friend_state, created_at) OVERRIDING SYSTEM VALUE
    SELECT workspace_id, id, ${channel}, 'U' || lpad(to_hex(id), 32, '0'), friend_state::text, registered_at FROM members WHERE linked;
  INSERT INTO links (workspace_id, member_id, channel_id, line_user_id, role, route, linked_at, created_at)
    SELECT workspace_id, id, ${channel}, id, CASE WHEN raw.uniform(id, 51) < 0.3 THEN 'contractor' ELSE 'member' END, 'import',
           linked_at, linked_at
      FROM (SELECT *, ${asOf} - raw.uniform(id, 52) * (${asOf} - registered_at) AS linked_at FROM members WHERE linked)`;

const PAGE_VIEWS = `
  INSERT INTO page_views (workspace_id, seq, member_id, viewed_at, category_id, url)
    SELECT ${workspace}, row_number() OVER (ORDER BY viewed_at), v.member_id, v.viewed_at, c.id, 'https://shop.example/c/' || v.category
      FROM (SELECT m.id AS member_id, ${asOf} - raw.uniform(m.id * 1000 + k, 61) * interval '1 year' AS viewed_at,
                   floor(40 * raw.uniform(m.id * 1000 + k, 62) ^ 2)::int AS category
              FROM made_members m, generate_series(1, 2) k) v
      JOIN catalog_terms c ON c.kind = 'category' AND c.term = 'category-' || v.category
     ORDER BY v.viewed_at`;

/** One row a fact, texts written out, member and date on each line: kinder to the obvious SQL than separate tables. */
const RAW = `
  CREATE TABLE raw.members AS
    SELECT id, external_id, rank::text, birth_month, registered_at, linked, friend_state = 'friend' AS friend FROM members ORDER BY id;
  CREATE TABLE raw.orders AS
    SELECT o.id, o.member_id, o.ordered_at, s.term::text AS store, o.net_total AS total FROM orders o
      LEFT JOIN catalog_terms s ON s.id = o.store_id ORDER BY o.id;
  CREATE TABLE raw.lines AS
    SELECT l.order_number AS order_id, l.member_id, l.ordered_at, c.term::text AS category, p.term::text AS product, l.quantity, l.total
      FROM order_lines l JOIN catalog_terms c ON c.id = l.category_id JOIN catalog_terms p ON p.id = l.product_id ORDER BY l.order_number;
  CREATE TABLE raw.visits AS SELECT member_id, visited_at FROM made_visits ORDER BY visited_at;
  CREATE TABLE raw.tags AS SELECT member_id, tag::text FROM member_tags ORDER BY member_id;
  CREATE TABLE raw.links AS
    SELECT l.member_id, l.role, l.linked_at, u.friend_state FROM links l JOIN line_users u ON u.id = l.line_user_id`;

const RAW_INDEXES = `
  ALTER TABLE raw.members ADD PRIMARY KEY (id);
  CREATE INDEX ON raw.members (rank, birth_month);
  CREATE INDEX ON raw.members (registered_at);
  ALTER TABLE raw.orders ADD PRIMARY KEY (id);
  CREATE INDEX ON raw.orders (member_id, ordered_at);
  CREATE INDEX ON raw.orders (ordered_at);
  CREATE INDEX ON raw.orders (store, ordered_at);
  CREATE INDEX ON raw.lines (order_id);
  CREATE INDEX ON raw.lines (member_id, ordered_at);
  CREATE INDEX ON raw.lines (category, ordered_at);
  CREATE INDEX ON raw.lines (product, ordered_at);
  CREATE INDEX ON raw.visits (member_id, visited_at);
  CREATE INDEX ON raw.visits (visited_at);
  CREATE INDEX ON raw.tags (tag, member_id);
  CREATE INDEX ON raw.links (member_id);
  CREATE INDEX ON raw.links (role, linked_at)`;
