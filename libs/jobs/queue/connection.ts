import { createPostgresBackend, createRedisBackend, setDefaultBackendFactory } from 'bullmq';
import type { BackendFactory, ConnectionOptions } from 'bullmq';
import pg from 'pg';

/** Schema of BullMQ's own tables when the queue lives in Postgres; search_path is how its statements find them. */
export const QUEUE_SCHEMA = 'bullmq';

/** Queue and worker see to it that a message which cannot be delivered costs the caller at most this. */
export const WAKE_DEADLINE_MS = 2_000;

/**
 * A connection whose far end vanished in a failover without a word is made anew after this. Above every blocking read,
 * of which BullMQ's longest is 10 s.
 */
const SILENCE_MS = 20_000;

/** Listeners of four lanes hold one connection each for good; the others are shared by all queries. */
const POSTGRES_POOL = { working: 12, waking: 2 };

// @nestjs/bullmq never passes a backend, so the default one looks at what it is given to connect with. It is set when
// this module is loaded, which is before Nest makes any provider.
const createBackend: BackendFactory = (name, options, more) =>
  options.connection instanceof pg.Pool
    ? createPostgresBackend(name, options as never, more)
    : createRedisBackend(name, options, more);
setDefaultBackendFactory(createBackend);

/** How this process reaches the queue: what wakes must fail fast, what works must wait. */
export interface QueueConnections {
  readonly waking: ConnectionOptions;
  readonly working: ConnectionOptions;
  close(): Promise<void>;
}

/** @param databaseUrl where the queue lives when there is no Redis */
export function connectQueue(options: { queueUrl?: string; databaseUrl: string; work: boolean }): QueueConnections {
  return options.queueUrl === undefined ? toPostgres(options.databaseUrl, options.work) : toRedis(options.queueUrl);
}

/** BullMQ's own waits up to 20 s, which is twice as long as work may stand still after Redis has come back. */
const retryStrategy = (times: number) => Math.min(times * 200, 2_000);

function toRedis(url: string): QueueConnections {
  return {
    waking: {
      url,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      connectTimeout: WAKE_DEADLINE_MS,
      commandTimeout: WAKE_DEADLINE_MS,
      socketTimeout: WAKE_DEADLINE_MS + 1_000,
      keepAlive: 10_000,
      retryStrategy,
    },
    working: {
      url,
      maxRetriesPerRequest: null,
      connectTimeout: 5_000,
      socketTimeout: SILENCE_MS,
      keepAlive: 10_000,
      retryStrategy,
    },
    close: async () => undefined,
  };
}

function toPostgres(url: string, work: boolean): QueueConnections {
  const pool = new pg.Pool({
    connectionString: url,
    max: work ? POSTGRES_POOL.working : POSTGRES_POOL.waking,
    // A wake-up may be lost, so none waits for the disk.
    options: `-c search_path=${QUEUE_SCHEMA} -c synchronous_commit=off`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  return { waking: pool, working: pool, close: () => pool.end() };
}
