import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isolateByWorkspace } from '../row-level-security.js';

/** Less to wait for and less to unpack where most is asked. */
export class HotPaths0026 implements MigrationInterface {
  readonly name = 'HotPaths0000000000026';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(BATCHES_KNOWN_BEFOREHAND);
    await runner.query(MEMBERS_ASKED_FIRST);
    await isolateByWorkspace(runner, 'members');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** A batch of webhooks and the job that reads it are written in one round trip: the id must not come from the first. */
const BATCHES_KNOWN_BEFOREHAND = `
  ALTER TABLE webhook_batches ALTER id DROP IDENTITY;
  ALTER TABLE webhook_batches ALTER id TYPE uuid USING lpad(to_hex(id), 32, '0')::uuid;
  -- The owner is held to the policies too, and of no workspace here.
  ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY;
  UPDATE outbox SET payload = jsonb_set(payload, '{batchId}', to_jsonb(lpad(to_hex((payload ->> 'batchId')::bigint), 32, '0')::uuid))
   WHERE job = 'channels.read_webhooks';
  ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
`;

/**
 * A rule over all members spends most of its time unpacking rows, each from its left as far as the last column it asks:
 * what counts of people and most rules ask stands in front, in fixed widths.
 */
const MEMBERS_ASKED_FIRST = `
  ALTER TABLE members RENAME TO members_before;
  ALTER TABLE members_before NO FORCE ROW LEVEL SECURITY;
  CREATE TYPE friend_state AS ENUM ('friend', 'blocked', 'none');
  CREATE TABLE members (
    workspace_id uuid NOT NULL REFERENCES workspaces,
    id bigint GENERATED ALWAYS AS IDENTITY,
    -- has a live link
    linked boolean NOT NULL DEFAULT false,
    -- best state over the linked LINE users: friend, else blocked, else none
    friend_state friend_state NOT NULL DEFAULT 'none',
    visit_count integer NOT NULL DEFAULT 0,
    -- counted orders: all but those of which refunds have left nothing
    purchase_count integer NOT NULL DEFAULT 0,
    last_purchase_at timestamptz,
    last_visit_at timestamptz,
    first_purchase_at timestamptz,
    first_visit_at timestamptz,
    -- minor units, net of refunds
    purchase_total bigint NOT NULL DEFAULT 0,
    -- units left over all lines of the counted orders
    purchase_quantity bigint NOT NULL DEFAULT 0,
    registered_at timestamptz,
    created_at timestamptz NOT NULL,
    -- false: known only by an event or a link, no profile was ever given
    profiled boolean NOT NULL DEFAULT false,
    birth_month smallint CHECK (birth_month BETWEEN 1 AND 12),
    rank text COLLATE "C",
    external_id text COLLATE "C" NOT NULL
  ) WITH (fillfactor = 85);
  INSERT INTO members (workspace_id, id, linked, friend_state, visit_count, purchase_count, last_purchase_at,
      last_visit_at, first_purchase_at, first_visit_at, purchase_total, purchase_quantity, registered_at, created_at,
      profiled, birth_month, rank, external_id)
    OVERRIDING SYSTEM VALUE
    SELECT workspace_id, id, linked, friend_state::friend_state, visit_count, purchase_count, last_purchase_at,
           last_visit_at, first_purchase_at, first_visit_at, purchase_total, purchase_quantity, registered_at, created_at,
           profiled, birth_month, rank, external_id
      FROM members_before ORDER BY workspace_id, id;
  SELECT setval(pg_get_serial_sequence('members', 'id'), nextval(pg_get_serial_sequence('members_before', 'id')), false);
  DROP TABLE members_before;
  -- what a count of people needs, for those found by their ids
  ALTER TABLE members ADD PRIMARY KEY (workspace_id, id) INCLUDE (linked, friend_state);
  -- The summary's columns stay out of all indexes, so that an event rewrites a row within its page.
  CREATE UNIQUE INDEX members_by_external_id ON members (workspace_id, external_id);
  CREATE INDEX members_by_rank ON members (workspace_id, rank, birth_month) INCLUDE (id, linked, friend_state);
  CREATE INDEX members_by_registration ON members (workspace_id, registered_at) INCLUDE (id, linked, friend_state);
  CREATE INDEX members_linked ON members (workspace_id, id) INCLUDE (linked, friend_state) WHERE linked;
  CREATE INDEX members_unlinked ON members (workspace_id, id) WHERE NOT linked;
`;
