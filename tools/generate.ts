/**
 * Writes the files that are generated from the built code (`npm run generate`), or, with `--check`, says which of them
 * no longer are what the code says (`npm run check:generated`). Needs `npm run build` first.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A generated file and the function in `dist/` that returns its whole text. */
export interface Generated {
  file: string;
  module: string;
  function: string;
}

const generated: Generated[] = [
  { file: '.env.example', module: 'dist/libs/config/index.js', function: 'environmentExample' },
  { file: 'docs/api/openapi.json', module: 'dist/apps/api/openapi.js', function: 'openApiDocument' },
  {
    file: 'docs/api/journeys.md',
    module: 'dist/libs/automations/templates/templates-document.js',
    function: 'templatesDocument',
  },
];

type TextSource = Record<string, () => string | Promise<string>>;

async function textOf(root: string, { module, function: name }: Generated): Promise<string> {
  const source = (await import(join(root, module))) as TextSource;
  const text = source[name];
  if (!text) throw new Error(`${module} exports no ${name}().`);
  return text();
}

/** @returns the files whose text on disk differs from what the code says; with `write` they are brought up to date. */
export async function findDrift(root: string, files: Generated[], { write }: { write: boolean }): Promise<string[]> {
  const drifted: string[] = [];
  for (const entry of files) {
    const path = join(root, entry.file);
    const text = await textOf(root, entry);
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    drifted.push(entry.file);
    if (write) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
  return drifted;
}

if (import.meta.main) {
  const write = !process.argv.includes('--check');
  const drifted = await findDrift(join(import.meta.dirname, '..'), generated, { write });
  for (const file of drifted) console.log(write ? `${file} written` : `${file} is out of date: run npm run generate`);
  process.exitCode = drifted.length > 0 && !write ? 1 : 0;
}
