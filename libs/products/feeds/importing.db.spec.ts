import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, type TestApp, type TestWorkspace } from '#testing';
import { ProductsHttpModule, ProductsJobsModule } from '../products.module.js';
import { FeedsRepository } from './feeds.repository.js';
import { FeedImporting } from './importing.service.js';

describe('a product feed whose worker dies', () => {
  let app: TestApp;
  let of: TestWorkspace;
  let importing: FeedImporting;
  let repository: FeedsRepository;

  beforeAll(async () => {
    app = await createTestApp({ imports: [ProductsHttpModule, ProductsJobsModule] });
    importing = app.get(FeedImporting);
    repository = app.get(FeedsRepository);
  });
  beforeEach(async () => {
    of = await app.workspace();
  });
  afterAll(() => app.close());

  /** @returns its id */
  async function sent(rows: number): Promise<string> {
    const answer = await app.nest.inject({
      method: 'POST',
      url: '/v1/product-feeds',
      headers: { authorization: `Bearer ${of.key}`, 'content-type': 'text/csv' },
      payload: 'id,title,price\n' + Array.from({ length: rows }, (_, at) => `p${at},Product ${at},100\n`).join(''),
    });
    return answer.json<{ id: string }>().id;
  }

  const feed = async (id: string) => (await app.request('GET', `/v1/product-feeds/${id}`, { key: of.key })).body;

  it('is imported from where it was, whatever was under way', async () => {
    const id = await sent(1_234);
    const advance = repository.advance.bind(repository);
    // Dies each time in the second transaction of a run, when all but its commit has been done.
    for (const _ of [1, 2]) {
      let batches = 0;
      repository.advance = async (...args) => {
        await advance(...args);
        if ((batches += 1) === 2) throw new Error('killed');
      };
      await expect(importing.run(of.scope, id)).rejects.toThrow('killed');
    }
    repository.advance = advance;
    expect(await feed(id)).toMatchObject({ state: 'importing', rows: 1_000, created: 1_000 });
    await drainJobs(app.nest);
    expect(await feed(id)).toMatchObject({ state: 'imported', rows: 1_234, created: 1_234, unchanged: 0 });
  });

  it('in the middle of its end leaves none of its bytes', async () => {
    const id = await sent(3);
    const db = app.get(Database);
    const finish = repository.finish.bind(repository);
    const execute = db.execute.bind(db);
    // Dies when the first statement of the end has been committed.
    repository.finish = (...args) => {
      db.execute = async (...statement) => {
        await execute(...statement);
        throw new Error('killed');
      };
      return finish(...args);
    };
    await expect(importing.run(of.scope, id)).rejects.toThrow('killed');
    Object.assign(db, { execute });
    Object.assign(repository, { finish });
    await drainJobs(app.nest);
    expect(await feed(id)).toMatchObject({ state: 'imported', rows: 3, created: 3, unchanged: 0 });
    expect(await db.query(of.scope, sql`select 1 from product_feed_parts`)).toEqual([]);
  });

  it('or was only taken for dead is left alone by it', async () => {
    const id = await sent(1_100);
    const part = repository.part.bind(repository);
    let other: Promise<void> | undefined;
    // Asleep before its first look at the file, while another one imports it to the end.
    repository.part = async (...args) => {
      const found = await part(...args);
      repository.part = part;
      await (other ??= importing.run(of.scope, id));
      return found;
    };
    await importing.run(of.scope, id);
    expect(await feed(id)).toMatchObject({ state: 'imported', rows: 1_100, created: 1_100, unchanged: 0 });
  });
});
