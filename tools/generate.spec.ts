import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { findDrift } from './generate.js';

const files = [{ file: 'docs/x.txt', module: 'source.mjs', function: 'text' }];
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'generate-'));
  writeFileSync(join(root, 'source.mjs'), "export const text = async () => 'as the code says\\n';");
});
afterEach(() => rmSync(root, { recursive: true }));

it('names a file that is missing or edited, without touching it', async () => {
  expect(await findDrift(root, files, { write: false })).toEqual(['docs/x.txt']);
  await findDrift(root, files, { write: true });
  writeFileSync(join(root, 'docs/x.txt'), 'edited');

  expect(await findDrift(root, files, { write: false })).toEqual(['docs/x.txt']);
  expect(readFileSync(join(root, 'docs/x.txt'), 'utf8')).toBe('edited');
});

it('writes what the code says and is content afterwards', async () => {
  await findDrift(root, files, { write: true });

  expect(readFileSync(join(root, 'docs/x.txt'), 'utf8')).toBe('as the code says\n');
  expect(await findDrift(root, files, { write: false })).toEqual([]);
});

it('says which function a module lacks', async () => {
  const lacking = [{ file: 'x', module: 'source.mjs', function: 'nothing' }];
  await expect(findDrift(root, lacking, { write: false })).rejects.toThrow('source.mjs exports no nothing().');
});
