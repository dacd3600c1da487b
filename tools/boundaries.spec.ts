import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findViolations } from './boundaries.js';

const boundaries = {
  libs: ['kernel', 'jobs', 'line', 'members', 'testing'],
  packageOwners: { bullmq: 'jobs', '@line/bot-sdk': 'line' },
};

/** A repository in which every lib and app exists and nothing is wrong. */
const sound: Record<string, string> = {
  'package.json': '{ "type": "module", "imports": { "#*": { "source": "./libs/*/index.ts" } } }',
  'node_modules/bullmq/package.json': '{ "name": "bullmq", "main": "index.js" }',
  'node_modules/bullmq/index.js': 'export class Queue {}',
  'node_modules/@line/bot-sdk/package.json': '{ "name": "@line/bot-sdk", "exports": { "import": "./index.js" } }',
  'node_modules/@line/bot-sdk/index.js': 'export class Client {}',
  'libs/kernel/index.ts': "export { Clock } from './clock.js';",
  'libs/kernel/clock.ts': 'export class Clock {}',
  'libs/jobs/index.ts': "export { enqueue } from './enqueue.js';",
  'libs/jobs/enqueue.ts':
    "import { Queue } from 'bullmq'; import { Clock } from '#kernel'; export const enqueue = [Queue, Clock];",
  'libs/line/index.ts': "export { Client } from '@line/bot-sdk';",
  'libs/members/index.ts': "export { Members } from './members.service.js';",
  'libs/members/members.service.ts': "import { Clock } from '#kernel'; export class Members { clock = new Clock(); }",
  'libs/members/members.db.spec.ts': "import { drainJobs } from '#testing'; import './members.service.js'; drainJobs;",
  'libs/members/list/testing/story.ts': "import { drainJobs } from '#testing'; drainJobs;",
  'libs/testing/index.ts': "export { drainJobs } from './drain-jobs.js';",
  'libs/testing/drain-jobs.ts': "import { Members } from '#members'; export const drainJobs = Members;",
  'apps/api/main.ts': "import { Members } from '#members'; Members;",
  'apps/line-emulator/main.ts': 'export const emulator = 1;',
  'apps/standalone/main.ts': "import '../api/main.js'; import '../line-emulator/main.js';",
  'test/e2e/story.spec.ts': "import { drainJobs } from '#testing'; import '../../apps/api/main.js'; drainJobs;",
  'bench/queue.ts': "import { Queue } from 'bullmq'; import { drainJobs } from '#testing'; Queue; drainJobs;",
};

/** One line too many: rule, file, what the file then says, and the file it must not reach. */
const offences: [rule: string, file: string, source: string, reaches: string][] = [
  ['no-upward-import', 'libs/kernel/x.ts', "import { enqueue } from '#jobs';", 'libs/jobs/index.ts'],
  ['no-upward-import', 'libs/jobs/x.ts', "import type { Members } from '#members';", 'libs/members/index.ts'],
  ['no-upward-import', 'libs/kernel/x.spec.ts', "import { Members } from '#members';", 'libs/members/index.ts'],
  ['no-upward-import', 'libs/kernel/x.ts', "export * from '../jobs/index.js';", 'libs/jobs/index.ts'],
  ['no-upward-import', 'libs/kernel/x.ts', "const jobs = await import('#jobs');", 'libs/jobs/index.ts'],
  ['no-deep-import', 'libs/members/x.ts', "import '../kernel/clock.js';", 'libs/kernel/clock.ts'],
  ['no-deep-import', 'apps/api/x.ts', "import '../../libs/kernel/clock.js';", 'libs/kernel/clock.ts'],
  ['no-deep-import', 'test/e2e/x.spec.ts', "import '../../libs/kernel/clock.js';", 'libs/kernel/clock.ts'],
  ['no-own-index', 'libs/members/x.ts', "import { Members } from '#members';", 'libs/members/index.ts'],
  ['no-own-index', 'libs/members/x.ts', "import { Members } from './index.js';", 'libs/members/index.ts'],
  ['no-app-in-lib', 'libs/members/x.ts', "import '../../apps/api/main.js';", 'apps/api/main.ts'],
  ['no-app-in-lib', 'libs/testing/x.ts', "import '../../apps/api/main.js';", 'apps/api/main.ts'],
  ['no-app-in-app', 'apps/api/x.ts', "import '../line-emulator/main.js';", 'apps/line-emulator/main.ts'],
  ['no-lib-in-emulator', 'apps/line-emulator/x.ts', "import { Clock } from '#kernel';", 'libs/kernel/index.ts'],
  ['no-testing-in-product', 'libs/members/x.ts', "import { drainJobs } from '#testing';", 'libs/testing/index.ts'],
  ['no-testing-in-product', 'apps/api/x.ts', "import { drainJobs } from '#testing';", 'libs/testing/index.ts'],
  ['no-testing-in-product', 'tools/demo/x.ts', "import { drainJobs } from '#testing';", 'libs/testing/index.ts'],
  ['no-test-in-product', 'libs/members/x.ts', "import './members.db.spec.js';", 'libs/members/members.db.spec.ts'],
  ['no-test-in-product', 'apps/api/x.ts', "import '../../bench/queue.js';", 'bench/queue.ts'],
  ['no-foreign-package', 'libs/members/x.ts', "import { Queue } from 'bullmq';", 'node_modules/bullmq/index.js'],
  ['no-foreign-package', 'libs/jobs/x.ts', "import '@line/bot-sdk';", 'node_modules/@line/bot-sdk/index.js'],
  ['no-foreign-package', 'test/e2e/x.spec.ts', "import { Queue } from 'bullmq';", 'node_modules/bullmq/index.js'],
  ['no-cycle', 'libs/kernel/clock.ts', "import { x } from './x.js'; export class Clock {}", 'libs/kernel/x.ts'],
  ['no-unresolved', 'libs/members/x.ts', "import '#nowhere';", '#nowhere'],
  ['no-unlisted-lib', 'libs/coupons/x.ts', "import { Clock } from '#kernel';", 'libs/kernel/index.ts'],
];

/** Files that an offence above needs on the other side. */
const accomplices: Record<string, Record<string, string>> = {
  'no-cycle': { 'libs/kernel/x.ts': "import { Clock } from './clock.js'; export const x = Clock;" },
};

describe('boundaries', () => {
  let directory: string;

  beforeAll(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'boundaries-')));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  function repository(files: Record<string, string>): string {
    const root = mkdtempSync(join(directory, 'repository-'));
    for (const [path, source] of Object.entries({ ...sound, ...files })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), source);
    }
    return root;
  }

  it('says nothing about a repository that keeps the order', async () => {
    expect(await findViolations(repository({}), boundaries)).toEqual([]);
  });

  it.each(offences)('%s stops %s with «%s»', async (rule, file, source, reaches) => {
    const root = repository({ [file]: source, ...accomplices[rule] });

    const violations = await findViolations(root, boundaries);

    expect(violations.map((line) => line.split(' (')[0])).toContain(`${rule}: ${file} → ${reaches}`);
  });
});
