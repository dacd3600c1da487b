/**
 * Every path that a Markdown file names must exist. Runs as `npm run check:docs`. Held to it are
 * - relative links;
 * - whatever begins with a folder of ours (`libs/…`, `docs/…`), in prose, code and diagrams alike; `*` must match something;
 * - in the README of a folder, code that looks like a file name: it must lie in that folder, or at the root.
 * Names with a placeholder in them (`<app>`, `{id}`, `$DIR`, `NNNN`, `…`) are no paths.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const folders = ['libs', 'apps', 'docs', 'test', 'bench', 'tools', '\\.ci'];
const notOurs = (path: string) => /(^|\/)(node_modules|dist|coverage|\.data|\.git)$/.test(path);

const link = /\]\(<?([^)\s>#?]+)[^)]*\)/g;
const ownPath = new RegExp(`(?<![\\w/.@:$}-])(?:${folders.join('|')})/[^\\s\`'"()|,;:·]*`, 'g');
const fileName = /`([\w@*./-]+\.(?:ts|mjs|js|sql|html|md|yml))`/g;
const placeholder = /[<>{}$…]|NNNN|\.\.\./;

/** @returns one line for each path that is named and not there: `file: path`. */
export function findDeadPaths(root: string): string[] {
  return globSync('**/*.md', { cwd: root, exclude: notOurs })
    .sort()
    .flatMap((file) => deadPathsOf(root, file));
}

function deadPathsOf(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const here = dirname(file);
  const dead = [
    ...matches(text, link).filter((target) => !/^[a-z]+:/i.test(target) && !exists(root, fromLink(here, target))),
    ...matches(text, ownPath).filter((path) => !exists(root, withoutPunctuation(path))),
    ...matches(isFolderReadme(file) ? text : '', fileName).filter(
      (name) => !exists(root, join(here, name)) && !exists(root, name),
    ),
  ];
  return [...new Set(dead)].map((path) => `${file}: ${path}`);
}

function matches(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), (match) => match[1] ?? match[0]).filter((path) => !placeholder.test(path));
}

function fromLink(folder: string, target: string): string {
  const path = decodeURIComponent(target);
  return path.startsWith('/') ? path.slice(1) : join(folder, path);
}

/** A sentence's full stop and the end of **emphasis** are no part of a path; the star of `libs/*` is. */
function withoutPunctuation(path: string): string {
  return path.replace(/(?:[.!?]|(?<![/*])\*+)+$/, '');
}

function isFolderReadme(file: string): boolean {
  return /\/README\.md$/.test(file);
}

function exists(root: string, path: string): boolean {
  if (relative(root, join(root, path)).startsWith('..')) return false;
  return path.includes('*') ? globSync(path, { cwd: root }).length > 0 : existsSync(join(root, path));
}

if (import.meta.main) {
  const dead = findDeadPaths(join(import.meta.dirname, '..'));
  for (const line of dead) console.error(line);
  console.log(`${dead.length} dead paths in Markdown files`);
  process.exitCode = dead.length > 0 ? 1 : 0;
}
