import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pruneDist } from './prune-dist.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'prune-dist-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(...paths: string[]) {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
}

it('removes what was built from a source that is gone, and nothing else', () => {
  write('libs/a/kept.ts', 'apps/b/page.html');
  write('dist/libs/a/kept.js', 'dist/libs/a/kept.js.map', 'dist/apps/b/page.html');
  write('dist/libs/a/gone.js', 'dist/libs/a/gone.js.map', 'dist/libs/old/page.html');

  const removed = pruneDist(root);

  expect(removed.sort()).toEqual(['libs/a/gone.js', 'libs/a/gone.js.map', 'libs/old/page.html']);
  expect(existsSync(join(root, 'dist/libs/a/kept.js'))).toBe(true);
  expect(existsSync(join(root, 'dist/libs/a/gone.js'))).toBe(false);
});
