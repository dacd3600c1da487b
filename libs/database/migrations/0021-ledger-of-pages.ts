import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, APP_ROLE, isolateByWorkspace } from '../row-level-security.js';

/**
 * The ledger written by pages: who is on a page stands in its arrays, and a row of recipients is only for who has an
 * outcome of their own. Both are partitioned by the month in which their send was decided, which its id tells.
 */
export class LedgerOfPages0021 implements MigrationInterface {
  readonly name = 'LedgerOfPages0000000000021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sends
        -- holdout, first part and variants: { holdoutPercent, firstPercent, share, variants: [{ messages, unit, share }] }
        ADD COLUMN split jsonb,
        -- what one message is worth beside others that compete for a person's attention
        ADD COLUMN value integer NOT NULL DEFAULT 0,
        -- at most so many people, in an order: { people, order }
        ADD COLUMN most jsonb,
        -- what became of all, once the rows behind it were given up
        ADD COLUMN totals jsonb;
      -- More than one link was ever made: only such a LINE user can be reached by way of several members.
      ALTER TABLE line_users ADD COLUMN links_made integer NOT NULL DEFAULT 0;
      DROP INDEX links_by_line_user;
      CREATE INDEX links_by_line_user ON links (workspace_id, line_user_id);

      DROP VIEW recipient_outcomes;
      ALTER TABLE pages RENAME TO old_pages;
      ALTER TABLE recipients RENAME TO old_recipients;
      ALTER INDEX pages_pkey RENAME TO old_pages_pkey;
      ALTER INDEX recipients_pkey RENAME TO old_recipients_pkey;
      DROP INDEX pages_open, recipients_once;

      -- The smallest power-of-two block of member ids that holds a page, as one number: its place << 6 | its height. A
      -- member is in 64 such blocks, so that the pages around one are found by equality, in any number of sends.
      CREATE FUNCTION block_around(first bigint, last bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS 'SELECT CASE WHEN first < 0 AND last >= 0 THEN 63 ELSE (first >> height) << 6 | height END
              FROM (SELECT length(ltrim((first # last)::bit(64)::text, ''0'')) AS height) of_both';
      -- What holds negative ids and others is in the block 63, and so is everybody.
      CREATE FUNCTION blocks_around(member bigint) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS 'SELECT array_agg((member >> height) << 6 | height) || 63::bigint FROM generate_series(0, 62) height';

      -- Up to 500 people who are sent to in the same way, or those of a slice who are skipped for the same reason.
      CREATE TABLE pages (
        workspace_id uuid NOT NULL,
        send_id uuid NOT NULL,
        number integer NOT NULL,
        first_member bigint NOT NULL,
        last_member bigint NOT NULL,
        -- block_around() of these
        block bigint NOT NULL,
        -- ascending; minus a LINE user's id for somebody who is no member
        member_ids bigint[] NOT NULL,
        -- beside them; null for who has none
        line_user_ids bigint[] NOT NULL,
        -- beside them, where people are told apart: the values of the message's variables, frozen at planning
        variables jsonb[],
        variant smallint NOT NULL DEFAULT 0,
        -- of those who were held until the first part had shown how people take it
        rest boolean NOT NULL DEFAULT false,
        size integer NOT NULL,
        -- size = remaining + accepted + rejected + uncertain + the sum of skipped
        remaining integer NOT NULL,
        accepted integer NOT NULL DEFAULT 0,
        rejected integer NOT NULL DEFAULT 0,
        uncertain integer NOT NULL DEFAULT 0,
        skipped jsonb NOT NULL DEFAULT '{}',
        -- accepted, rejected, uncertain, skipped: what became of all who have no outcome of their own
        state text NOT NULL
          CHECK (state IN ('held', 'due', 'leased', 'settled', 'accepted', 'rejected', 'uncertain', 'skipped')),
        -- why all of it is skipped
        reason text,
        attempts integer NOT NULL DEFAULT 0,
        -- first attempt that LINE may have executed without our knowing; from then on body and recipients are frozen
        first_attempt_at timestamptz,
        due_at timestamptz NOT NULL,
        -- rises with every lease; an outcome is written only by the holder of the newest
        fence integer NOT NULL DEFAULT 0,
        body_hash bytea,
        request_id text,
        -- LINE's words, or the value that decided why they are skipped
        detail text,
        settled_at timestamptz,
        PRIMARY KEY (workspace_id, send_id, number)
      ) PARTITION BY RANGE (send_id);
      -- Numbers in their order compress badly and are read once or twice.
      ALTER TABLE pages ALTER member_ids SET STORAGE EXTERNAL, ALTER line_user_ids SET STORAGE EXTERNAL;
      CREATE INDEX pages_open ON pages (workspace_id, send_id, due_at, number) WHERE state IN ('held', 'due', 'leased');
      CREATE INDEX pages_by_member ON pages (workspace_id, block, send_id);
      -- Who has an outcome apart from their page's.
      CREATE TABLE recipients (
        workspace_id uuid NOT NULL,
        send_id uuid NOT NULL,
        member_id bigint NOT NULL,
        page integer NOT NULL,
        state text NOT NULL CHECK (state IN ('accepted', 'rejected', 'uncertain', 'skipped')),
        reason text,
        detail text,
        request_id text,
        settled_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, send_id, member_id)
      ) PARTITION BY RANGE (send_id);
    `);
    await runner.query(`
      -- The first id of that moment: a uuid of version 7 begins with its milliseconds.
      CREATE FUNCTION first_id_at(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS 'SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, ''0'') || repeat(''0'', 20))::uuid';
      -- Partitions of the months from one moment to another that are not there yet.
      CREATE FUNCTION ensure_ledger_months(since timestamptz, until timestamptz) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        DECLARE
          month timestamptz := date_trunc('month', since AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
          next_month timestamptz;
          part text;
          partition_name text;
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('ensure_ledger_months'));
          WHILE month <= until LOOP
            next_month := (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
            FOREACH part IN ARRAY ARRAY['pages', 'recipients'] LOOP
              partition_name := part || to_char(month AT TIME ZONE 'UTC', '_YYYY_MM');
              IF to_regclass(partition_name) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', partition_name, part,
                               first_id_at(month), first_id_at(next_month));
                PERFORM isolate_partition(partition_name);
              END IF;
            END LOOP;
            month := next_month;
          END LOOP;
        END $$;
      -- A partition that is asked by its own name shows no more than its table does.
      CREATE FUNCTION isolate_partition(name text) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
          EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
          EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
          EXECUTE format('CREATE POLICY workspace ON %I USING (workspace_id = (select nullif(current_setting(''app.workspace_id'', true), '''')::uuid))', name);
        END $$;
    `);
    for (const table of ['pages', 'recipients']) await isolateByWorkspace(runner, table);
    await allowLookups(runner, 'pages');
    await runner.query(`
      CREATE TABLE pages_elsewhen PARTITION OF pages DEFAULT;
      CREATE TABLE recipients_elsewhen PARTITION OF recipients DEFAULT;
      SELECT isolate_partition('pages_elsewhen'), isolate_partition('recipients_elsewhen');
      SELECT ensure_ledger_months(coalesce((SELECT min(created_at) FROM sends), now()), now() + interval '2 months');
      REVOKE EXECUTE ON FUNCTION ensure_ledger_months FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ensure_ledger_months TO ${APP_ROLE};
    `);
    await moveOver(runner);
    await runner.query(`
      DROP TABLE old_pages, old_recipients;
      ALTER TABLE sends DROP COLUMN skipped;
      -- A person's outcome is their own or, without one, their page's.
      CREATE VIEW recipient_outcomes WITH (security_invoker = true) AS
        SELECT p.workspace_id, p.send_id, p.number AS page, m.member_id, m.line_user_id, p.variant,
               p.state = 'held' AND r.state IS NULL AS held,
               CASE WHEN r.state IS NOT NULL THEN r.state
                    WHEN p.state IN ('accepted', 'rejected', 'uncertain', 'skipped') THEN p.state
                    ELSE 'planned' END AS state,
               CASE WHEN r.state IS NOT NULL THEN r.reason ELSE p.reason END AS reason,
               CASE WHEN r.state IS NOT NULL THEN r.detail ELSE p.detail END AS detail,
               CASE WHEN r.state IS NOT NULL THEN r.request_id ELSE p.request_id END AS request_id,
               CASE WHEN r.state IS NOT NULL THEN r.settled_at ELSE p.settled_at END AS settled_at
          FROM pages p
         CROSS JOIN LATERAL unnest(p.member_ids, p.line_user_ids) m (member_id, line_user_id)
          LEFT JOIN recipients r ON r.workspace_id = p.workspace_id AND r.send_id = p.send_id AND r.member_id = m.member_id;
      GRANT SELECT ON recipient_outcomes TO ${APP_ROLE};
      CREATE OR REPLACE FUNCTION lookup_due_channels(at timestamptz) RETURNS TABLE (workspace_id uuid, channel_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT DISTINCT s.workspace_id, s.channel_id FROM sends s
              JOIN channels c ON c.workspace_id = s.workspace_id AND c.id = s.channel_id
                AND c.refused_at IS NULL AND c.deleted_at IS NULL
             WHERE s.ended_at IS NULL AND s.state IN (''planning'', ''sending'', ''cancelled'')
               AND (EXISTS (SELECT FROM pages p WHERE p.workspace_id = s.workspace_id AND p.send_id = s.id
                               AND p.state IN (''due'', ''leased'') AND p.due_at <= at)
                    OR s.planned_at IS NOT NULL
                       AND NOT EXISTS (SELECT FROM pages p WHERE p.workspace_id = s.workspace_id AND p.send_id = s.id
                                          AND p.state IN (''held'', ''due'', ''leased'')))';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/**
 * Brings the rows of the ledger as it was over: people of a page into its arrays, outcomes of their own as they are, and
 * who was skipped at planning into pages by reason. The owner of the tables sees one workspace at a time like anybody.
 */
async function moveOver(runner: QueryRunner): Promise<void> {
  const workspaces = (await runner.query('SELECT id FROM workspaces')) as { id: string }[];
  for (const { id } of workspaces) {
    await runner.query(`SELECT set_config('app.workspace_id', $1, true)`, [id]);
    await runner.query(`
      UPDATE line_users u SET links_made = l.n
        FROM (SELECT line_user_id, count(*) AS n FROM links GROUP BY 1) l WHERE l.line_user_id = u.id;
      INSERT INTO pages (workspace_id, send_id, number, first_member, last_member, block, member_ids, line_user_ids,
                         variables, size, remaining, accepted, rejected, uncertain, skipped, state, reason, attempts,
                         first_attempt_at, due_at, fence, body_hash, request_id, detail, settled_at)
      SELECT p.workspace_id, p.send_id, p.number, p.first_member, p.last_member,
             block_around(p.first_member, p.last_member), r.member_ids, r.line_user_ids,
             CASE WHEN s.personalised THEN r.variables END, p.size, p.remaining, p.accepted, p.rejected, p.uncertain,
             p.skipped, CASE p.state WHEN 'cancelled' THEN 'skipped' ELSE p.state END,
             CASE p.state WHEN 'cancelled' THEN 'cancelled' END, p.attempts, p.first_attempt_at, p.due_at, p.fence,
             p.body_hash, p.request_id, p.error, p.settled_at
        FROM old_pages p
        JOIN sends s ON s.workspace_id = p.workspace_id AND s.id = p.send_id
        CROSS JOIN LATERAL (
          SELECT array_agg(member_id ORDER BY member_id) AS member_ids,
                 array_agg(line_user_id ORDER BY member_id) AS line_user_ids,
                 array_agg(variables ORDER BY member_id) AS variables
            FROM old_recipients
           WHERE workspace_id = p.workspace_id AND send_id = p.send_id AND page = p.number) r
       WHERE r.member_ids IS NOT NULL;
      INSERT INTO recipients (workspace_id, send_id, member_id, page, state, reason, detail, request_id, settled_at)
      SELECT workspace_id, send_id, member_id, page, state, reason, detail, request_id, settled_at
        FROM old_recipients WHERE state <> 'planned' AND page IS NOT NULL;
      INSERT INTO pages (workspace_id, send_id, number, first_member, last_member, block, member_ids, line_user_ids, size,
                         remaining, skipped, state, reason, due_at, detail, settled_at)
      SELECT r.workspace_id, r.send_id, s.pages + row_number() OVER (PARTITION BY r.send_id ORDER BY r.reason, r.detail),
             min(member_id), max(member_id), block_around(min(member_id), max(member_id)),
             array_agg(member_id ORDER BY member_id),
             array_agg(line_user_id ORDER BY member_id), count(*), 0, jsonb_build_object(r.reason, count(*)), 'skipped',
             r.reason, s.created_at, r.detail, max(r.settled_at)
        FROM old_recipients r JOIN sends s ON s.workspace_id = r.workspace_id AND s.id = r.send_id
       WHERE r.page IS NULL GROUP BY r.workspace_id, r.send_id, s.pages, s.created_at, r.reason, r.detail;
      UPDATE sends s SET pages = p.n FROM (SELECT workspace_id, send_id, max(number) AS n FROM pages GROUP BY 1, 2) p
       WHERE p.workspace_id = s.workspace_id AND p.send_id = s.id;
    `);
  }
  await runner.query(`SELECT set_config('app.workspace_id', '', true)`);
}
