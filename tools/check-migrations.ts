/**
 * Applies every migration to an empty database, then asks TypeORM what it would still change for the entities: nothing,
 * or entity and migration have drifted apart. Runs on the built code as `npm run check:migrations`.
 */
import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrate, startEmbeddedPostgres } from '#database';

/**
 * Indexes, constraints and defaults are written by hand in the migrations and not repeated on entities, so TypeORM, which
 * does not know them, would drop them. Columns, their types, nullability and the primary key are held against each other.
 */
const onlyInMigrations = /\bDROP (INDEX|CONSTRAINT|DEFAULT)\b/;

/** @returns the statements that would bring a migrated database to what the entities say; empty when they agree. */
export async function findDrift(url: string, entities: DataSourceOptions['entities']): Promise<string[]> {
  const source = new DataSource({ type: 'postgres', url, entities });
  await source.initialize();
  try {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query).filter((query) => !onlyInMigrations.test(query));
  } finally {
    await source.destroy();
  }
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tsunagi-migrations-'));
  // Started by root, Postgres steps down to a user who must get through to its directory.
  chmodSync(directory, 0o755);
  const server = await startEmbeddedPostgres({ dataDir: join(directory, 'postgres'), password: 'check' });
  try {
    const ran = await migrate(server.url('postgres'));
    const drift = await findDrift(server.url('postgres'), [join(import.meta.dirname, '../dist/libs/**/*.entity.js')]);
    for (const statement of drift) console.error(statement);
    console.log(`${ran.length} migrations applied, ${drift.length} differences from the entities`);
    process.exitCode = ran.length === 0 || drift.length > 0 ? 1 : 0;
  } finally {
    await server.stop('immediate');
    await rm(directory, { recursive: true, force: true });
  }
}

if (import.meta.main) await main();
