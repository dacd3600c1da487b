import { runMigrations } from 'bullmq';
import pg from 'pg';
import { LANE_NAMES } from '../lanes.js';
import { QUEUE_SCHEMA } from './connection.js';

/**
 * Makes or updates BullMQ's own tables in a schema of the same database, and lets the application's role use them. Safe
 * to run twice and from two processes at once; not needed where the queue is a Redis.
 * @param ownerUrl `postgres://…` of the role that owns the tables
 * @param appRole group role of the application's logins
 */
export async function prepareQueue(ownerUrl: string, appRole: string): Promise<void> {
  const client = new pg.Client(ownerUrl);
  await client.connect();
  try {
    await runMigrations(client, QUEUE_SCHEMA);
    // BullMQ makes a queue's sequence when it is first used, which the application's role may not.
    for (const lane of LANE_NAMES) await client.query(`SELECT ${QUEUE_SCHEMA}.next_job_id($1)`, [lane]);
    const role = client.escapeIdentifier(appRole);
    await client.query(`
      GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO ${role};
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${QUEUE_SCHEMA} TO ${role};
      GRANT EXECUTE ON ALL ROUTINES IN SCHEMA ${QUEUE_SCHEMA} TO ${role};
    `);
  } finally {
    await client.end();
  }
}
