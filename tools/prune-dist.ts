/**
 * Last step of `npm run build`: removes from `dist/` what no longer has a source. The folder itself is never emptied, so
 * that a build does not pull the files from under a process which is running from it.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

function sourcesOf(built: string): string[] {
  return [built, built.replace(/\.js(\.map)?$/, '.ts')];
}

/** @returns the built files, relative to `dist/`, that were removed. */
export function pruneDist(root: string): string[] {
  const dist = join(root, 'dist');
  const orphans = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1))
    .filter((built) => !sourcesOf(built).some((source) => existsSync(join(root, source))));
  for (const orphan of orphans) rmSync(join(dist, orphan), { force: true });
  return orphans;
}

if (import.meta.main) pruneDist(join(import.meta.dirname, '..'));
