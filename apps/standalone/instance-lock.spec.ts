import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockDirectory, StartRefusal } from './instance-lock.js';

describe('the lock of a data directory', () => {
  let directory: string;
  let lockFile: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tsunagi-lock-'));
    lockFile = join(directory, 'tsunagi.lock');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is held by this process until it is released', () => {
    const release = lockDirectory(directory);
    expect(readFileSync(lockFile, 'utf8')).toBe(String(process.pid));
    release();
    lockDirectory(directory)();
  });

  it('is taken over from a process that is gone', () => {
    // Process numbers end at 4,194,304 on Linux.
    writeFileSync(lockFile, '99999999');
    lockDirectory(directory)();
  });

  it('is taken over from a number that now belongs to another program', () => {
    writeFileSync(lockFile, '1');
    lockDirectory(directory)();
  });

  it('makes a directory that is not there', () => {
    lockDirectory(join(directory, 'deep', 'er'))();
  });

  it('refuses a path that is a file, in one sentence', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(() => lockDirectory(file)).toThrow(StartRefusal);
    expect(() => lockDirectory(file)).toThrow(/cannot be used/);
  });
});
