import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedServer } from '#database';

/** 1 GB of write-ahead log, in segments of 16 MB. */
const SEGMENTS = 64;

/**
 * A durable Postgres of its own, in the state of one that has run for a while: with segments of its write-ahead log to use
 * again. A new server makes each of them when it first gets there, and every commit waits for that (50 ms each, measured).
 */
export async function startSettledPostgres(directory: string): Promise<EmbeddedServer> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(directory, 'postgres'),
    password: 'bench',
    // Of an API and two workers each may open 40, and the queue has its own.
    settings: { shared_buffers: '512MB', max_wal_size: '4GB', min_wal_size: '1GB', max_connections: '300' },
  });
  const owner = new pg.Client(postgres.url('postgres'));
  await owner.connect();
  try {
    for (let n = 0; n < SEGMENTS; n++)
      await owner.query(`select pg_logical_emit_message(true, 'bench', ''), pg_switch_wal()`);
    await owner.query('checkpoint');
  } finally {
    await owner.end();
  }
  return postgres;
}
