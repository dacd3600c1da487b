import { createHash } from 'node:crypto';
import { sql, type Sql } from '#database';
import type { Scope } from '#kernel';
import type { Split } from '../ledger/send.entity.js';
import type { HeldSend } from './held-send.js';

/** Draws are whole numbers below this: hundredths of a percent. */
const ALL = 10_000;
/** Where somebody is put who waits until the first part has shown how people take it. */
const HELD = -1;

/**
 * People who were `decided` on, with `part`: the variant they are sent, or -1 for who is held. Some of those who could be
 * sent to become `holdout`, and `quota` where the send may reach only so many. Each draw depends on nothing but the send
 * and the member, so that planning again would draw the same.
 */
export function drawn(scope: Scope, send: HeldSend): Sql {
  const { split, most } = send;
  if (!split && !most) return sql`select *, 0 as part from decided`;
  const draws = split ?? {};
  return sql`
    select member_id, line_user_id, variables, coalesce(reason, ${beyond(scope, send)}) as reason, detail,
           ${partOf(send.id, draws)} as part
      from (select member_id, place, line_user_id, variables, detail,
                   coalesce(reason, ${heldOut(send.id, draws)}) as reason from decided) d`;
}

function heldOut(sendId: string, { holdoutPercent = 0 }: Split): Sql {
  return sql`case when ${draw(sendId, 'holdout')} < ${hundredths(holdoutPercent)}::int then 'holdout' end`;
}

/** Those who come after as many as may be reached, in the order in which the audience was named. */
function beyond(scope: Scope, { id, most }: HeldSend): Sql {
  if (!most) return sql`null`;
  const before = sql`(select coalesce(sum(size), 0) from pages
    where workspace_id = ${scope.workspaceId} and send_id = ${id} and state <> 'skipped')`;
  return sql`case when ${before} + row_number() over (partition by reason is null order by place) > ${most.people}::int
                  then 'quota' end`;
}

/** Weights of the variants become thresholds: the variant is how many of them a draw has reached. */
function partOf(sendId: string, { firstPercent = 100, share = 1, variants = [] }: Split): Sql {
  const shares = [share, ...variants.map((variant) => variant.share)];
  const sum = shares.reduce((all, one) => all + one, 0);
  const reached = shares.slice(0, -1).map((_, i) => (ALL * shares.slice(0, i + 1).reduce((a, b) => a + b, 0)) / sum);
  const variant = sql`width_bucket(${draw(sendId, 'variant')}, ${reached.map(Math.round)}::bigint[])`;
  return sql`case when ${draw(sendId, 'first')} >= ${hundredths(firstPercent)}::int then ${HELD}::int
                  else ${reached.length > 0 ? variant : sql`0`} end`;
}

function hundredths(percent: number): number {
  return Math.round((percent * ALL) / 100);
}

/** As the condition `sample` draws: Postgres keeps the results of this hash from version to version. */
function draw(sendId: string, what: string): Sql {
  const seed = createHash('sha256').update(`${sendId} ${what}`).digest().readBigInt64BE().toString();
  return sql`(hashint8extended(member_id, ${seed}::bigint) & 9223372036854775807) % ${ALL}::int`;
}
