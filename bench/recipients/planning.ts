import type { Client } from 'pg';
import type { SendingStack } from '../delivery/sending-stack.js';

const RUNS = 7;
/** Every how many members are of the rank that is named; every how many of these share a LINE user with another. */
const EVERY = 12;
const SHARED_EVERY = 100;

/** A rank that names members from all over, some of whose LINE users were once linked to somebody else too. */
export async function preparePlanning(owner: Client, members: number): Promise<void> {
  await owner.query(`update members set rank = 'silver' where id % ${EVERY} = 0`);
  await owner.query(`
    insert into links (workspace_id, member_id, channel_id, line_user_id, role, route, linked_at, ended_at, end_reason, created_at)
    select workspace_id, case when member_id < ${members} then member_id + 1 else 1 end, channel_id, line_user_id, role, route,
           now(), now(), 'taken_over', now()
      from links where member_id % ${EVERY * SHARED_EVERY} = 0`);
  await owner.query(`
    update line_users u set links_made = 2
     where (select count(*) from links l where l.workspace_id = u.workspace_id and l.line_user_id = u.id) > 1`);
  await owner.query('vacuum analyze');
}

/** Sends the same campaign some times. @returns milliseconds from the start of each until everybody was on a page */
export async function plannedIn(stack: SendingStack, shop: { key: string; channelId: string }): Promise<number[]> {
  const worker = await stack.startWorker();
  try {
    const took: number[] = [];
    for (let run = 0; run <= RUNS; run++) took.push(await planOne(stack, shop));
    // The first warms up.
    return took.slice(1);
  } finally {
    await worker.stop();
  }
}

async function planOne(stack: SendingStack, { key, channelId }: { key: string; channelId: string }): Promise<number> {
  const draft = {
    name: 'Bench',
    channelId,
    rule: { kind: 'rank', in: ['silver'] },
    unit: 'bench',
    messages: [{ type: 'text', text: 'hello' }],
  };
  const { id } = await stack.request<{ id: string }>('POST', '/v1/campaigns', draft, key);
  await stack.request('POST', `/v1/campaigns/${id}/schedule`, {}, key);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { state } = await stack.request<{ state: string }>('GET', `/v1/campaigns/${id}`, undefined, key);
    if (state === 'failed' || state === 'paused') throw new Error(`The campaign is ${state}.`);
    if (state === 'sent') break;
  }
  return stack.asOwner(async (owner) => {
    const { rows } = await owner.query<{ ms: number }>(
      `select extract(epoch from planned_at - created_at)::float8 * 1000 as ms from sends where origin_id = $1`,
      [id],
    );
    return rows[0]!.ms;
  });
}
