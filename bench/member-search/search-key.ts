import { createHash } from 'node:crypto';
import type { Client } from 'pg';

const KEY = 'tsu_bench';

/** Gives a workspace that came about without the API a key to it; safe to repeat. @returns the key */
export async function giveKey(owner: Client, workspaceId: string): Promise<string> {
  const hash = createHash('sha256').update(KEY, 'utf8').digest();
  await owner.query(
    `insert into api_keys (workspace_id, id, name, key_hash, permits, created_at)
     select $1, gen_random_uuid(), 'Bench', $2, array['members.read'], now()
      where not exists (select from api_keys where key_hash = $2)`,
    [workspaceId, hash],
  );
  return KEY;
}
