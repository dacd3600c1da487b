import type { Client } from 'pg';

/** Whose ledger, and how large. */
export interface LedgerSize {
  workspaceId: string;
  channelId: string;
  /** Members of the workspace: each campaign names all of them. */
  members: number;
  /** People of all campaigns together. */
  people: number;
}

export interface GeneratedCampaign {
  id: string;
  sendId: string;
}

const DAY_MS = 86_400_000;
/** Below the retention of 13 months, so that no worker gives any of it up. */
const DAYS = 360;
/** As planning cuts them. */
const SLICE = 20_000;
const PAGE = 500;
/** Why so many in a thousand were skipped at planning; everybody else is sent to. */
const SKIPPED = Object.entries({
  not_linked: 180,
  blocked: 70,
  not_friend: 40,
  opted_out: 30,
  capped: 30,
  holdout: 20,
  duplicate: 5,
});
/** People of all campaigns for each journey's send, and how many such a send has at most. */
const JOURNEYS = { peopleEach: 1_000, most: 20 };

/**
 * Twelve months of a shop's ledger, written straight into the tables in the state that sending leaves behind: every fifth
 * campaign personalised (a row of recipients a person), every fourth in three variants, the newest one paused with a third
 * of it open; and sends of journeys, each to a few people from anywhere. Everything follows from hashes of running numbers.
 */
export async function generateLedger(owner: Client, size: LedgerSize): Promise<GeneratedCampaign[]> {
  const now = Date.now();
  const count = Math.max(1, Math.round(size.people / size.members));
  await owner.query(`select ensure_ledger_months(now() - interval '${DAYS} days', now() + interval '2 months')`);
  const campaigns: GeneratedCampaign[] = [];
  for (let n = 1; n <= count; n++) {
    const at = now - DAY_MS - Math.floor(((count - n) / count) * (DAYS - 1) * DAY_MS);
    const campaign = { id: uuidAt(at, 2 * n), sendId: uuidAt(at, 2 * n + 1) };
    const past = { ...campaign, n, at: new Date(at), personalised: n % 5 === 2, newest: n === count };
    for (const statement of campaignSteps(size, past)) await owner.query(statement);
    campaigns.push(campaign);
  }
  for (const statement of journeySteps(size, now)) await owner.query(statement);
  await owner.query('vacuum analyze');
  return campaigns;
}

interface Past extends GeneratedCampaign {
  /** Its running number, from which all of its draws follow. */
  n: number;
  at: Date;
  personalised: boolean;
  newest: boolean;
}

const CONTENT = `'[{"type":"text","text":"hello"}]', 'promotional'`;
const RULE = `'{"kind":"rank","in":["gold"]}'`;

function campaignSteps(size: LedgerSize, past: Past): string[] {
  const { workspaceId, channelId } = size;
  const { id, sendId, n, personalised, newest } = past;
  const workspace = `'${workspaceId}'::uuid`;
  const at = momentOf(past);
  return [
    `insert into campaigns (workspace_id, id, name, channel_id, rule, messages, class, unit, state, send_id, created_at, updated_at)
       values (${workspace}, '${id}', 'Campaign ${n}', '${channelId}', ${RULE}, ${CONTENT},
               'unit${n}', 'started', '${sendId}', ${at}, ${at})`,
    pagesOf(size, past),
    `update pages set uncertain = size where workspace_id = ${workspace} and send_id = '${sendId}' and state = 'uncertain'`,
    ownOutcomes(size, past),
    `insert into sends (workspace_id, id, channel_id, origin_kind, origin_id, messages, class, content_hash, personalised, unit,
                        rule, as_of, state, audience, pages, planned_at, created_at, ended_at)
     select ${workspace}, '${sendId}', '${channelId}', 'campaign', '${id}', ${CONTENT}, sha256('hello'), ${personalised},
            'unit${n}', ${RULE}, ${at}, '${newest ? 'paused' : 'sent'}', sum(size), count(*), ${at}, ${at},
            ${newest ? 'null' : `${at} + interval '1 hour'`}
       from pages where workspace_id = ${workspace} and send_id = '${sendId}'`,
  ];
}

/** As planning cuts them: by slice, and within it by reason or by variant. */
function pagesOf({ workspaceId }: LedgerSize, past: Past): string {
  const { sendId, n, personalised, newest } = past;
  const workspace = `'${workspaceId}'::uuid`;
  const at = momentOf(past);
  const isOpen = newest ? 'number % 3 = 0' : 'false';
  return `insert into pages (workspace_id, send_id, number, first_member, last_member, block, member_ids, line_user_ids, variables,
                        variant, size, remaining, accepted, rejected, skipped, state, reason, attempts, first_attempt_at,
                        due_at, fence, request_id, detail, settled_at)
     with named as (
       select id, (row_number() over (order by id) - 1) / ${SLICE} as slice, ${skipReason(n)} as reason,
              ${n % 4 === 0 ? `${draw('id', n, 'variant')} % 3` : '0'} as variant, ${ownState('id', n)} as own
         from members where workspace_id = ${workspace}),
     chunked as (
       select *, case when reason is null then (row_number() over (partition by slice, reason, variant order by id) - 1) / ${PAGE}
                 else 0 end as chunk
         from named),
     paged as (
       select row_number() over (order by slice, reason nulls first, case when reason is null then variant end, chunk) as number,
              reason, case when reason is null then variant else 0 end as variant, count(*) as size,
              array_agg(id order by id) as ids,
              count(*) filter (where own = 'rejected') as rejected, count(*) filter (where own = 'skipped') as skipped
         from chunked group by slice, reason, case when reason is null then variant else 0 end,
                               case when reason is null then variant end, chunk),
     judged as (
       select *, case when reason is not null then 'skipped' when ${isOpen} then 'due' when number % 997 = 5 then 'uncertain'
                      else 'accepted' end as fate
         from paged)
     select ${workspace}, '${sendId}', number, ids[1], ids[size], block_around(ids[1], ids[size]), ids,
            case when reason is distinct from 'not_linked' then ids else array_fill(null::bigint, array[size::int]) end,
            ${personalised ? `case when reason is null then array_fill('{"member.rank":"gold"}'::jsonb, array[size::int]) end` : 'null'},
            variant, size, case when fate = 'due' then size else 0 end,
            case when fate = 'accepted' then size - rejected - skipped else 0 end, case when fate = 'accepted' then rejected else 0 end,
            case when reason is not null then jsonb_build_object(reason, size)
                 when fate = 'accepted' and skipped > 0 then jsonb_build_object('blocked', skipped) else '{}' end,
            ${personalised ? `case when fate = 'accepted' then 'settled' else fate end` : 'fate'}, reason,
            case when reason is null and fate <> 'due' then 1 else 0 end,
            case when reason is null and fate <> 'due' then ${at} end, ${at}, 1,
            case when fate = 'accepted' then gen_random_uuid()::text end,
            case when reason = 'capped' then '3 in 7 days' end, case when fate <> 'due' then ${at} + interval '1 hour' end
       from judged`;
}

/** Of everybody where each had a request of their own, otherwise of the few who differ from their page. */
function ownOutcomes({ workspaceId }: LedgerSize, { sendId, n, personalised }: Past): string {
  const workspace = `'${workspaceId}'::uuid`;
  return `insert into recipients (workspace_id, send_id, member_id, page, state, reason, detail, request_id, settled_at)
     select p.workspace_id, p.send_id, m.id, p.number, m.state, case m.state when 'skipped' then 'blocked' end,
            case m.state when 'rejected' then 'The property, ''to'', in the request body is invalid' end,
            case when m.state <> 'skipped' then gen_random_uuid()::text end, p.settled_at
       from pages p
      cross join lateral (select id, ${personalised ? `coalesce(${ownState('id', n)}, 'accepted')` : ownState('id', n)} as state
                            from unnest(p.member_ids) id) m
      where p.workspace_id = ${workspace} and p.send_id = '${sendId}' and p.state in ('accepted', 'settled') and m.state is not null`;
}

function momentOf({ at }: Past): string {
  return `'${at.toISOString()}'::timestamptz`;
}

/** Sends of journeys, evenly over the months: one page each, everybody with an outcome of their own. */
function journeySteps({ workspaceId, channelId, members, people }: LedgerSize, now: number): string[] {
  const sends = Math.floor(people / JOURNEYS.peopleEach);
  const since = now - (DAYS - 1) * DAY_MS;
  const stepMs = Math.floor(((DAYS - 2) * DAY_MS) / Math.max(1, sends));
  const journey = uuidAt(since, 1);
  return [
    `create temporary table batches as
     select n, overlay(first_id_at(at)::text placing '-7000-9000-' || lpad(to_hex(n), 12, '0') from 14)::uuid as id, at, ids
       from (select n, to_timestamp((${since} + n * ${stepMs}::bigint) / 1000.0) as at from generate_series(1, ${sends}) n) times
      cross join lateral (
        select array_agg(distinct 1 + ${draw('n', 0, 'person', 'i')} % ${members}) as ids
          from generate_series(0, ${draw('n', 0, 'size')} % ${JOURNEYS.most}) i) people`,
    `insert into sends (workspace_id, id, channel_id, origin_kind, origin_id, class, messages, content_hash, personalised,
                        as_of, state, audience, pages, planned_at, created_at, ended_at)
     select '${workspaceId}', id, '${channelId}', 'journey', '${journey}', 'triggered', '[{"type":"text","text":"hello"}]',
            sha256('hello'), true, at, 'sent', cardinality(ids), 1, at, at, at + interval '1 minute' from batches`,
    `insert into pages (workspace_id, send_id, number, first_member, last_member, block, member_ids, line_user_ids, variables,
                        size, remaining, accepted, state, attempts, first_attempt_at, due_at, fence, settled_at)
     select '${workspaceId}', id, 1, ids[1], ids[cardinality(ids)], block_around(ids[1], ids[cardinality(ids)]), ids, ids,
            array_fill('{"event.orderId":"order-1"}'::jsonb, array[cardinality(ids)]), cardinality(ids), 0, cardinality(ids),
            'settled', 1, at, at, 1, at + interval '1 minute' from batches`,
    `insert into recipients (workspace_id, send_id, member_id, page, state, request_id, settled_at)
     select '${workspaceId}', b.id, m.id, 1, 'accepted', gen_random_uuid()::text, at + interval '1 minute'
       from batches b cross join lateral unnest(b.ids) m (id)`,
    'drop table batches',
  ];
}

/** Null for who is sent to. */
function skipReason(n: number): string {
  let below = 0;
  const cases = SKIPPED.map(
    ([reason, share]) => `when ${draw('id', n, 'reason')} % 1000 < ${(below += share)} then '${reason}'`,
  );
  return `case ${cases.join(' ')} end`;
}

/** An outcome apart from the page's: one in a thousand is rejected, two are found to have blocked at the last moment. */
function ownState(id: string, n: number): string {
  const at = `${draw(id, n, 'own')} % 1000`;
  return `case when ${at} = 0 then 'rejected' when ${at} <= 2 then 'skipped' end`;
}

/** A whole number ≥ 0 that depends on nothing but these. */
function draw(id: string, n: number, what: string, more = '0'): string {
  return `(hashint8extended((${id})::bigint, hashtextextended('${n} ${what}', ${more})) & 9223372036854775807)`;
}

/** A uuid of version 7 of that moment. */
function uuidAt(ms: number, n: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}
