import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { ChaosStack } from '../../tools/chaos/chaos-stack.js';
import { insist } from '../../tools/chaos/insist.js';
import { ChaosShop } from '../../tools/chaos/shop.js';
import { PATIENCE_MS, startStack } from './chaos-town.js';

const PEOPLE = 600;
const MIGRATIONS = 'libs/database/migrations';

const before = commitBefore();
const describeWithHistory = before ? describe : describe.skip;
if (!before)
  console.log('There is no earlier version in the history of this clone: two versions are not tried together.');

/** The version before this one, built beside it, on a database with its tables, until this one's migrations run. */
describeWithHistory('Two versions side by side', () => {
  let old: string | undefined;
  let stack: ChaosStack;

  beforeAll(async () => {
    const folder = checkOut(before!);
    old = folder;
    stack = await startStack({ queue: 'postgres', migrated: false });
    migrateBy(folder, stack);
    await stack.startApi(join(folder, 'dist'));
    await stack.startWorker({}, join(folder, 'dist'));
  }, 300_000);

  afterAll(async () => {
    await (stack as ChaosStack | undefined)?.stop();
    if (old) rmSync(old, { recursive: true, force: true });
  }, 60_000);

  it(
    'row 3: a campaign that the old version has begun is sent to everybody once, with the new one beside it and a migration between',
    async () => {
      const shop = await ChaosShop.open(stack, PEOPLE);
      await stack.line.fault({ kind: 'slow', ms: 1_000, endpoint: 'push' });
      const order = { unit: 'row_3', text: 'Hello {{member.externalId}}' };
      const id = await shop.send(order);
      await eventually('it is under way', async () => (await stack.line.knocks()) > 0, PATIENCE_MS);
      await stack.migrate();
      const [oldWorker] = stack.workers;
      await stack.startWorker();
      await stack.api!.leave();
      await stack.startApi();
      await stack.line.clearFaults();
      // Both workers are there for it.
      const second = { unit: 'row_3_second' };
      const secondId = await shop.send(second);
      for (const one of [id, secondId])
        await eventually('it is sent', () => insist(() => shop.isOver(one)), 2 * PATIENCE_MS);
      expect(oldWorker!.isUp).toBe(true);
      await oldWorker!.leave();
      expect(await shop.verdict(id, order)).toEqual([]);
      expect(await shop.verdict(secondId, second)).toEqual([]);
    },
    5 * PATIENCE_MS,
  );
});

/** The latest tag that is not this commit or, without tags, what main was before the newest migration came to it. */
function commitBefore(): string | undefined {
  const tag = git('describe', '--tags', '--abbrev=0', 'HEAD^');
  if (tag) return tag;
  const newest = git('log', '-1', '--first-parent', '--diff-filter=A', '--format=%H', '--', `${MIGRATIONS}/0*.ts`);
  return newest ? git('rev-parse', '--verify', '--quiet', `${newest}^`) : undefined;
}

function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}

/** @returns a folder with the built programs of a commit, which use the packages of this one */
function checkOut(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tsunagi-before-'));
  const files = execFileSync('git', ['archive', '--format=tar', commit], { maxBuffer: 1 << 30 });
  execFileSync('tar', ['-x', '-C', folder], { input: files });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder, stdio: 'inherit' });
  return folder;
}

function migrateBy(folder: string, stack: ChaosStack): void {
  const env = { ...process.env, ...stack.environment, DATABASE_OWNER_URL: stack.postgres.ownerUrl };
  execFileSync(process.execPath, [join(folder, 'dist/apps/migrate/main.js')], { env, stdio: 'ignore' });
}
