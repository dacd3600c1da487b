import { SendingStack, type Sent } from './delivery/sending-stack.js';
import type { Bench, Result } from './harness.js';

const FRIENDS = 500_000;
/** https://developers.line.biz/en/reference/messaging-api/#rate-limits */
const LINE_MULTICASTS_PER_S = 200;

/** One campaign with the same content for all, against an emulator that holds LINE's own limits. */
export const bench: Bench = async (options) => {
  const { members = FRIENDS } = options;
  const stack = await SendingStack.start();
  try {
    options.log(`${members} friends`);
    const shop = await stack.openShop(members);
    const floor = await rawInserts(stack, members);
    const sent = await stack.send(shop, 'hello');
    const settled = sent.rssMb.slice(Math.floor(sent.rssMb.length / 2));
    options.log(
      `received once ${sent.receivedOnce}, more often ${sent.receivedMore}; at most ${sent.peakPerSecond} in a second`,
    );
    options.log(
      `memory ${sent.rssMb.map((mb) => mb.toFixed(0)).join(' ')} MB; second half within ${spread(settled)} MB`,
    );
    options.log(
      `processor seconds: ${JSON.stringify(sent.cpu)} in ${((sent.acceptedAt.at(-1)! - sent.acceptedAt[0]!) / 1000).toFixed(1)} s`,
    );
    if (sent.receivedOnce !== members || sent.receivedMore > 0) throw new Error('Not everybody was sent to once.');
    return results(sent, members, floor);
  } finally {
    await stack.stop();
  }
};

function results(sent: Sent, members: number, floor: number): Result[] {
  const held = perSecond(sent.acceptedAt);
  const planned = members / (sent.planningMs / 1000);
  return [
    {
      metric: 'multicasts_per_s',
      value: held,
      unit: '1/s',
      floor: LINE_MULTICASTS_PER_S,
      ratio: held / LINE_MULTICASTS_PER_S,
    },
    { metric: 'planned_per_s', value: planned, unit: '1/s', floor, ratio: planned / floor },
    { metric: 'first_request_ms', value: sent.firstRequestMs, unit: 'ms' },
    { metric: 'rate_limited', value: sent.rateLimited, unit: 'requests' },
    { metric: 'worker_rss_mb', value: Math.max(...sent.rssMb), unit: 'MB' },
  ];
}

/** From the first request to the last. */
function perSecond(at: number[]): number {
  return ((at.length - 1) / (at.at(-1)! - at[0]!)) * 1000;
}

function spread(values: number[]): string {
  return (Math.max(...values) - Math.min(...values)).toFixed(0);
}

/** The same rows into the same tables, decided by nobody: rows a second. */
function rawInserts(stack: SendingStack, members: number): Promise<number> {
  return stack.asOwner(async (owner) => {
    await owner.query('create table raw_pages (like pages including all)');
    const began = performance.now();
    await owner.query(`
      insert into raw_pages (workspace_id, send_id, number, first_member, last_member, block, member_ids, line_user_ids,
                             size, remaining, state, due_at)
      select workspace_id, '00000000-0000-7000-8000-000000000000', id / 500, min(id), max(id), 0,
             array_agg(id order by id), array_agg(id order by id), count(*), count(*), 'due', now()
        from members group by workspace_id, id / 500`);
    const seconds = (performance.now() - began) / 1000;
    await owner.query('drop table raw_pages');
    return members / seconds;
  });
}
