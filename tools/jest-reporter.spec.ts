import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const root = process.cwd();
let directory: string;

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'jest-reporter-')));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** @returns exit code and last line of a jest run over the given files. */
function run(suites: Record<string, string>) {
  const folder = mkdtempSync(join(directory, 'run-'));
  mkdirSync(join(folder, 'suites'));
  const config = {
    rootDir: folder,
    testMatch: ['**/*.cjs'],
    reporters: ['default', join(root, 'tools/jest-reporter.js')],
  };
  writeFileSync(join(folder, 'jest.config.json'), JSON.stringify({ ...config, cacheDirectory: join(folder, 'cache') }));
  for (const [name, source] of Object.entries(suites)) writeFileSync(join(folder, 'suites', `${name}.cjs`), source);
  const jest = spawnSync('sh', ['-c', 'node "$JEST" --config jest.config.json 2>&1'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, JEST: join(root, 'node_modules/jest/bin/jest.js') },
  });
  return { status: jest.status, lastLine: jest.stdout.trimEnd().split('\n').at(-1) };
}

it('counts what passed, failed and was skipped, a todo and a suite that could not run included', () => {
  const suites = {
    mixed:
      "it('a', () => {}); it('b', () => {}); it('c', () => { throw Error() }); it.skip('d', () => {}); it.todo('e');",
    broken: "require('./nothing');",
    empty: '',
  };
  expect(run(suites)).toEqual({ status: 1, lastLine: '2 passed, 3 failed, 2 skipped' });
});

it('ends a good run with exit code 0', () => {
  expect(run({ good: "it('a', () => {});" })).toEqual({ status: 0, lastLine: '1 passed, 0 failed, 0 skipped' });
});
