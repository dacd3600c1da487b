import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '#testing';
import { findDrift } from './check-migrations.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const client = new pg.Client(database.ownerUrl);
  await client.connect();
  await client.query(`
    CREATE TABLE teapots (
      id bigint PRIMARY KEY,
      colour text NOT NULL DEFAULT 'white' CHECK (colour <> ''),
      broken_at timestamptz
    );
    CREATE INDEX teapots_by_colour ON teapots (colour);`);
  await client.end();
});
afterAll(() => database.drop());

/** What the migrated table calls for, with some columns said differently. */
function teapots(different: Record<string, EntitySchemaColumnOptions | undefined> = {}) {
  const columns: Record<string, EntitySchemaColumnOptions | undefined> = {
    id: { type: 'bigint', primary: true },
    colour: { type: 'text' },
    brokenAt: { name: 'broken_at', type: 'timestamptz', nullable: true },
    ...different,
  };
  const said = Object.entries(columns).filter((column): column is [string, EntitySchemaColumnOptions] => !!column[1]);
  return [new EntitySchema({ name: 'Teapot', tableName: 'teapots', columns: Object.fromEntries(said) })];
}

it('finds nothing where entity and table agree, whatever indexes, checks and defaults the migration adds', async () => {
  expect(await findDrift(database.ownerUrl, teapots())).toEqual([]);
});

it.each([
  ['a column that no migration makes', { lid: { type: 'text' } }],
  ['a column that no entity has', { colour: undefined }],
  ['another type', { colour: { type: 'integer' } }],
  ['another nullability', { brokenAt: { name: 'broken_at', type: 'timestamptz', nullable: false } }],
  ['another primary key', { colour: { type: 'text', primary: true } }],
] as [string, Record<string, EntitySchemaColumnOptions | undefined>][])('finds %s', async (_, different) => {
  expect(await findDrift(database.ownerUrl, teapots(different))).not.toEqual([]);
});
