import pg from 'pg';
import type { ApiProcess } from '../api-process.js';

/** A workspace with one LINE channel. @returns the id of the channel */
export async function connectChannel(api: ApiProcess, channelSecret: string): Promise<string> {
  const channel = { name: 'Bench', lineChannelId: '1600000000', channelSecret, accessToken: 'token', verify: false };
  return (await api.post<{ id: string }>('/v1/channels', await api.makeWorkspace(), channel)).id;
}

/** How many webhook events are committed. */
export async function storedEvents(api: ApiProcess): Promise<number> {
  const client = new pg.Client(api.ownerUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{
      n: number;
    }>(`select coalesce(sum(json_array_length(webhook->'events')), 0)::int as n
           from webhook_batches, json_array_elements(convert_from(bodies, 'UTF8')::json) webhook`);
    return rows[0]?.n ?? 0;
  } finally {
    await client.end();
  }
}
