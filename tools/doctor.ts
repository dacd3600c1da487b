import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Checks a channel's set-up step by step, each by its effect: `npm run doctor -- [--api URL --key KEY] [--channel ID]`.
 * Without options it looks at the installation of `npm start`, whose notes lie in its data directory.
 */
interface Installation {
  apiUrl: string;
  apiKey: string;
}

interface Checked {
  name: string;
  state: 'ok' | 'wrong' | 'unknown';
  detail: string;
  fix?: string;
}

const MARKS = { ok: '✓', wrong: '✗', unknown: '?' };

/** Something that the person at the terminal can put right; everything else is a bug. */
class Advice extends Error {}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { api: { type: 'string' }, key: { type: 'string' }, channel: { type: 'string' } },
  });
  const at = installation(values);
  const ids = values.channel === undefined ? await channelsOf(at) : [values.channel];
  let healthy = true;
  for (const id of ids) healthy = (await examine(at, id)) && healthy;
  return healthy ? 0 : 1;
}

function installation({ api, key }: { api?: string; key?: string }): Installation {
  if (api !== undefined && key !== undefined) return { apiUrl: api.replace(/\/$/, ''), apiKey: key };
  const notes = join(process.env.DATA_DIR ?? '.data', 'tsunagi.json');
  if (!existsSync(notes)) throw new Advice(`There is no ${notes}: run npm start, or give --api URL and --key KEY.`);
  return JSON.parse(readFileSync(notes, 'utf8')) as Installation;
}

async function channelsOf(at: Installation): Promise<string[]> {
  const { items } = (await call(at, 'GET', '/v1/channels')) as { items: { id: string }[] };
  if (items.length === 0) throw new Advice('No channel is connected yet: POST /v1/channels first.');
  return items.map(({ id }) => id);
}

/** Prints what was found. @returns whether nothing is wrong */
async function examine(at: Installation, id: string): Promise<boolean> {
  const { name } = (await call(at, 'GET', `/v1/channels/${id}`)) as { name: string };
  const { ok, checks } = (await call(at, 'POST', `/v1/channels/${id}/check`)) as { ok: boolean; checks: Checked[] };
  console.log(`${name} (${id})`);
  for (const check of checks) {
    console.log(`  ${MARKS[check.state]} ${check.name}: ${check.detail}`);
    if (check.fix !== undefined) console.log(`      → ${check.fix}`);
  }
  return ok;
}

async function call({ apiUrl, apiKey }: Installation, method: string, path: string): Promise<unknown> {
  const request = fetch(apiUrl + path, { method, headers: { authorization: `Bearer ${apiKey}` } });
  const answer = await request.catch((error: unknown) => {
    throw new Advice(`${apiUrl} does not answer: is Tsunagi running there?`, { cause: error });
  });
  const body = (await answer.json()) as { detail?: string };
  if (!answer.ok) throw new Advice(`${method} ${path} answered ${answer.status}: ${body.detail ?? ''}`);
  return body;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Advice)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
