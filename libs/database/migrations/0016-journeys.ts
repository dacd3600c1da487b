import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowLookups, isolateByWorkspace } from '../row-level-security.js';

/** Journeys: what they are, who is where in them, and why. */
export class Journeys0016 implements MigrationInterface {
  readonly name = 'Journeys0000000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE journeys (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        id uuid NOT NULL,
        name text NOT NULL,
        state text NOT NULL CHECK (state IN ('draft', 'active', 'inactive')),
        -- the newest; who comes in now walks it
        version integer NOT NULL,
        definition jsonb NOT NULL,
        -- for the first time; from then on each change makes a version of its own
        activated_at timestamptz,
        -- when the calendar brings people in again; null where something else does, or nothing
        next_start_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        -- kept for whoever asks why
        deleted_at timestamptz,
        PRIMARY KEY (workspace_id, id)
      );
      CREATE INDEX journeys_by_next_start ON journeys (next_start_at) WHERE next_start_at IS NOT NULL;
      -- A journey as people walk it; never changed once somebody may have come in.
      CREATE TABLE journey_versions (
        workspace_id uuid NOT NULL,
        journey_id uuid NOT NULL,
        number integer NOT NULL,
        definition jsonb NOT NULL,
        PRIMARY KEY (workspace_id, journey_id, number),
        FOREIGN KEY (workspace_id, journey_id) REFERENCES journeys
      );
      -- Where one member is in one journey. Waits are rows too: those with a due_at.
      CREATE TABLE journey_runs (
        workspace_id uuid NOT NULL,
        -- minus line_users.id of a friend who is not linked to a member
        member_id bigint NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        journey_id uuid NOT NULL,
        version integer NOT NULL,
        -- the event that started it: events.seq, or a text that is the same whenever the same fact is told
        start_seq text COLLATE "C" NOT NULL,
        start_type text NOT NULL,
        start_at timestamptz NOT NULL,
        start_body jsonb NOT NULL,
        -- of the journey's re-entry key
        entry_key text COLLATE "C",
        -- failed: parked with its error until a person decides
        state text NOT NULL CHECK (state IN ('waiting', 'done', 'stopped', 'cancelled', 'timed_out', 'failed')),
        -- the step it stands before or waits in
        step text,
        -- its logical now
        at timestamptz NOT NULL,
        -- when the wait it is in ends by itself
        wait_until timestamptz,
        sent boolean NOT NULL,
        made integer NOT NULL,
        -- when to look at it: the end of its wait, or sooner where something happened
        due_at timestamptz,
        -- events.seq from which on there may be events that it has not seen
        look_from bigint NOT NULL,
        -- how many are written
        decisions integer NOT NULL,
        attempts smallint NOT NULL DEFAULT 0,
        error text,
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        PRIMARY KEY (workspace_id, member_id, id),
        CHECK ((state = 'waiting') = (due_at IS NOT NULL)),
        CHECK ((state = 'failed') <= (error IS NOT NULL))
      ) WITH (fillfactor = 85);
      CREATE UNIQUE INDEX journey_runs_by_start ON journey_runs (workspace_id, member_id, journey_id, start_seq);
      CREATE INDEX journey_runs_due ON journey_runs (workspace_id, due_at) WHERE due_at IS NOT NULL;
      CREATE INDEX journey_runs_by_journey ON journey_runs (workspace_id, journey_id, id);
      CREATE INDEX journey_runs_inside ON journey_runs (workspace_id, journey_id, version) WHERE ended_at IS NULL;
      -- Why: each decision with the values that decided it.
      CREATE TABLE journey_decisions (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        run_id bigint NOT NULL,
        -- from 1
        number integer NOT NULL,
        at timestamptz NOT NULL,
        step text NOT NULL,
        decision text NOT NULL,
        detail jsonb NOT NULL,
        PRIMARY KEY (workspace_id, member_id, run_id, number)
      );
      -- What was handed to delivery, for steps that send to a member only so often.
      CREATE TABLE journey_sends (
        workspace_id uuid NOT NULL,
        member_id bigint NOT NULL,
        journey_id uuid NOT NULL,
        step text NOT NULL,
        at timestamptz NOT NULL,
        run_id bigint NOT NULL,
        -- of the decision
        number integer NOT NULL,
        send_id uuid NOT NULL,
        PRIMARY KEY (workspace_id, member_id, journey_id, step, at, run_id, number)
      );
      -- What a workspace's webhooks are signed with.
      CREATE TABLE journey_secrets (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        -- encrypted
        secret bytea NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id)
      );
    `);
    const tables = ['journeys', 'journey_versions', 'journey_runs', 'journey_decisions', 'journey_sends'];
    for (const table of [...tables, 'journey_secrets']) await isolateByWorkspace(runner, table);
    for (const table of ['journeys', 'journey_runs']) await allowLookups(runner, table);
    await runner.query(`
      -- Workspaces that have runs to look at.
      CREATE FUNCTION lookup_due_journey_runs(by timestamptz) RETURNS TABLE (workspace_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT w.workspace_id FROM (SELECT DISTINCT j.workspace_id FROM journeys j) w
             WHERE EXISTS (SELECT FROM journey_runs r WHERE r.workspace_id = w.workspace_id AND r.due_at <= by)';
      -- Journeys that the calendar brings people into now.
      CREATE FUNCTION lookup_due_journey_starts(by timestamptz) RETURNS TABLE (workspace_id uuid, journey_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS 'SELECT j.workspace_id, j.id FROM journeys j WHERE j.next_start_at <= by';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
