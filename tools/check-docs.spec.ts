import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { findDeadPaths } from './check-docs.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check-docs-'));
  for (const file of [
    'boundaries.mjs',
    'docs/architecture.md',
    'libs/members/members.service.ts',
    'node_modules/x/a.md',
  ]) {
    write(file, file.startsWith('node_modules') ? '[gone](gone.md)' : '');
  }
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

it.each([
  ['README.md', '[a](docs/architecture.md) [b](./docs/architecture.md#folders) [c](https://example.com/x) [d](#here)'],
  ['docs/more.md', '[a](architecture.md "title") [b](../libs/members) [c](/boundaries.mjs) <mailto:a@example.com>'],
  [
    'README.md',
    'See libs/members/members.service.ts, `libs/members/` and **libs/members**. Also libs/*/members.service.ts.',
  ],
  ['README.md', '```text\nlibs/<feature>/ apps/{app} docs/decisions/NNNN-title.md libs/… $HOME/libs/x\n```'],
  [
    'README.md',
    'https://example.com/docs/api, /srv/test/x and @scope/apps/x are somebody else’s; `gone.service.ts` is prose',
  ],
  [
    'libs/members/README.md',
    'Read `members.service.ts` and `*.service.ts` first; `boundaries.mjs` rules; job `members.refresh`',
  ],
])('is content with what %s says: %s', (file, text) => {
  write(file, text);
  expect(findDeadPaths(root)).toEqual([]);
});

it.each([
  ['README.md', '[a](docs/gone.md#here)', 'docs/gone.md'],
  ['docs/more.md', '[a](docs/architecture.md)', 'docs/architecture.md'],
  ['docs/more.md', '[a](../../elsewhere/x.md)', '../../elsewhere/x.md'],
  ['README.md', 'Look at libs/gone.', 'libs/gone.'],
  ['README.md', '`libs/members/gone.ts`', 'libs/members/gone.ts'],
  ['README.md', '```sh\nnode tools/gone.ts\n```', 'tools/gone.ts'],
  ['README.md', 'every libs/*/gone.ts', 'libs/*/gone.ts'],
  ['libs/members/README.md', 'Read `gone.service.ts` first', 'gone.service.ts'],
  ['libs/members/README.md', 'Read `*.repository.ts` first', '*.repository.ts'],
])('finds the dead path in %s: %s', (file, text, path) => {
  write(file, text);
  expect(findDeadPaths(root)).toContain(`${file}: ${path}`);
});
