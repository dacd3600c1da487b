import { describe, expect, it } from '@jest/globals';
import { newId, VirtualClock, type Scope } from '#kernel';
import { parseRule } from '../rules/parse-rule.js';
import { conditions } from './all-conditions.js';
import { compileRule } from './compile-rule.js';
import { sharedOnce } from './compiled.js';
import { Correlated } from './correlated.js';
import { Joined } from './joined.js';
import { OneMoment } from './moments.js';
import { Question, type TermKind } from './question.js';

const clock = new VirtualClock('2026-04-15T12:00:00+09:00');
const scope: Scope = {
  workspaceId: newId(),
  actor: { kind: 'system', id: 'test' },
  permits: new Set(),
  timeZone: 'Asia/Tokyo',
  currency: 'USD',
  clock,
};
const numbers: Record<TermKind, number> = { category: 1, product: 2, store: 3 };

function ask(laterLinks = false): Question {
  const question: Question = new Question({
    scope,
    moments: new OneMoment(clock.now(), scope.timeZone, clock.now()),
    laterLinks,
    term: (kind, term) => (term === 'unknown' ? undefined : numbers[kind]),
    segment: (id) => {
      const compiled = compileRule(parseRule({ kind: 'rank', in: ['gold'] }, ''), question);
      return id === 'shared' ? sharedOnce(compiled) : compiled;
    },
  });
  return question;
}

/** As one expression, with the parameters written in for reading. */
function alone(plain: object, laterLinks = false): string {
  const question = ask(laterLinks);
  return readable(new Correlated(question).expression(compileRule(parseRule(plain, ''), question)));
}

/** As the statement over everybody. */
function overall(plain: object): string {
  const question = ask();
  return readable(new Joined(question).members(compileRule(parseRule(plain, ''), question)));
}

function readable({ strings, values }: { strings: string[]; values: unknown[] }): string {
  const text = strings.reduce((before, part, at) => `${before}:${JSON.stringify(values[at - 1])}${part}`);
  return text.replaceAll(`:"${scope.workspaceId}"::uuid`, ':workspace').replace(/\s+/g, ' ').replaceAll('"', '');
}

describe('The SQL of a condition', () => {
  it('rank', () => {
    expect(alone({ kind: 'rank', in: ['gold'] })).toMatchInlineSnapshot(
      `"(m.rank is not null and m.rank = any(:[gold]::text[]))"`,
    );
  });

  it('birth-month', () => {
    expect(alone({ kind: 'birth-month', in: [4, 5] })).toMatchInlineSnapshot(
      `"(m.birth_month is not null and m.birth_month = any(:[4,5]::smallint[]))"`,
    );
    expect(alone({ kind: 'birth-month', relative: 'previous' })).toMatchInlineSnapshot(
      `"(m.birth_month is not null and m.birth_month = :3::smallint)"`,
    );
  });

  it('visit', () => {
    expect(alone({ kind: 'visit', within: { days: 30 } })).toMatchInlineSnapshot(
      `"((m.last_visit_at >= :2026-03-15T15:00:00.000Z::timestamptz and m.visit_count >= :1::bigint) and (((m.last_visit_at >= :2026-03-15T15:00:00.000Z::timestamptz and m.last_visit_at < :2026-04-15T03:00:00.000Z::timestamptz) and m.visit_count >= :1::bigint) or coalesce((select (case when m.last_visit_at < :2026-04-15T03:00:00.000Z::timestamptz then m.visit_count else width_bucket(:2026-04-15T02:59:59.999999Z::timestamptz, vh.visited_at) end - width_bucket(:2026-03-15T14:59:59.999999Z::timestamptz, vh.visited_at)) >= :1::bigint from visit_histories vh where vh.workspace_id = :workspace and vh.member_id = m.id), false)))"`,
    );
    expect(alone({ kind: 'visit', count: { gte: 2, lte: 5 } })).toMatchInlineSnapshot(
      `"((m.visit_count >= :2::bigint and (not m.last_visit_at < :2026-04-15T03:00:00.000Z::timestamptz or m.visit_count <= :5::bigint)) and ((m.last_visit_at < :2026-04-15T03:00:00.000Z::timestamptz and m.visit_count >= :2::bigint and m.visit_count <= :5::bigint) or coalesce((select ((case when m.last_visit_at < :2026-04-15T03:00:00.000Z::timestamptz then m.visit_count else width_bucket(:2026-04-15T02:59:59.999999Z::timestamptz, vh.visited_at) end) >= :2::bigint and (case when m.last_visit_at < :2026-04-15T03:00:00.000Z::timestamptz then m.visit_count else width_bucket(:2026-04-15T02:59:59.999999Z::timestamptz, vh.visited_at) end) <= :5::bigint) from visit_histories vh where vh.workspace_id = :workspace and vh.member_id = m.id), false)))"`,
    );
  });

  it('purchase, over all orders', () => {
    expect(alone({ kind: 'purchase', total: { gte: 19.99 }, within: { days: 365 } })).toMatchInlineSnapshot(
      `"((m.last_purchase_at >= :2025-04-14T15:00:00.000Z::timestamptz and (m.purchase_count >= :1::bigint and m.purchase_total >= :1999::bigint)) and (((m.last_purchase_at < :2026-04-15T03:00:00.000Z::timestamptz and m.first_purchase_at >= :2025-04-14T15:00:00.000Z::timestamptz) and (m.purchase_count >= :1::bigint and m.purchase_total >= :1999::bigint)) or coalesce((select ((case when m.last_purchase_at < :2026-04-15T03:00:00.000Z::timestamptz then m.purchase_count else width_bucket(:2026-04-15T02:59:59.999999Z::timestamptz, ph.ordered_at) end - width_bucket(:2025-04-14T14:59:59.999999Z::timestamptz, ph.ordered_at)) >= :1::bigint and (case when m.last_purchase_at < :2026-04-15T03:00:00.000Z::timestamptz then m.purchase_total else coalesce(ph.total_sums[width_bucket(:2026-04-15T02:59:59.999999Z::timestamptz, ph.ordered_at)], 0) end - coalesce(ph.total_sums[width_bucket(:2025-04-14T14:59:59.999999Z::timestamptz, ph.ordered_at)], 0)) >= :1999::bigint) from purchase_histories ph where ph.workspace_id = :workspace and ph.member_id = m.id), false)))"`,
    );
    expect(alone({ kind: 'purchase', count: { lte: 0 }, within: { from: '2026-04-01' } })).toMatchInlineSnapshot(
      `"(not (m.last_purchase_at is not null and (m.last_purchase_at >= :2026-03-31T15:00:00.000Z::timestamptz and m.last_purchase_at < :2026-04-15T03:00:00.000Z::timestamptz)) and ((not (m.last_purchase_at is not null and m.last_purchase_at >= :2026-03-31T15:00:00.000Z::timestamptz) or m.purchase_count <= :0::bigint) or coalesce((select (case when m.last_purchase_at < :2026-04-15T03:00:00.000Z::timestamptz then m.purchase_count else width_bucket(:2026-04-15T02:59:59.999999Z::timestamptz, ph.ordered_at) end - width_bucket(:2026-03-31T14:59:59.999999Z::timestamptz, ph.ordered_at)) <= :0::bigint from purchase_histories ph where ph.workspace_id = :workspace and ph.member_id = m.id), true)))"`,
    );
    expect(alone({ kind: 'purchase', count: { gte: 0 } })).toMatchInlineSnapshot(`"true"`);
  });

  it('purchase, over some lines or orders', () => {
    const where = { category: ['shoes'], product: ['unknown'], store: ['tokyo'] };
    expect(alone({ kind: 'purchase', where })).toMatchInlineSnapshot(
      `"m.id in (select l.member_id as member_id from order_lines l where l.workspace_id = :workspace and (l.category_id = any(:[1]::int[]) and l.product_id = any(:[]::int[]) and l.store_id = any(:[3]::int[])) and l.ordered_at < :2026-04-15T03:00:00.000Z::timestamptz)"`,
    );
    expect(
      alone({ kind: 'purchase', where: { category: ['shoes'] }, total: { gte: 5 }, within: { days: 7 } }),
    ).toMatchInlineSnapshot(
      `"m.id in (select l.member_id as member_id from order_lines l where l.workspace_id = :workspace and l.category_id = any(:[1]::int[]) and l.ordered_at >= :2026-04-07T15:00:00.000Z::timestamptz and l.ordered_at < :2026-04-15T03:00:00.000Z::timestamptz group by l.member_id having sum(l.total::float8) >= :500::bigint)"`,
    );
    expect(alone({ kind: 'purchase', where: { store: ['tokyo'] }, count: { lte: 0 } })).toMatchInlineSnapshot(
      `"not m.id in (select o.member_id as member_id from orders o where o.workspace_id = :workspace and o.counted and o.store_id = any(:[3]::int[]) and o.ordered_at < :2026-04-15T03:00:00.000Z::timestamptz)"`,
    );
    expect(
      alone({ kind: 'purchase', where: { store: ['tokyo'] }, count: { lte: 2 }, quantity: { lte: 9 } }),
    ).toMatchInlineSnapshot(
      `"not m.id in (select o.member_id as member_id from orders o where o.workspace_id = :workspace and o.counted and o.store_id = any(:[3]::int[]) and o.ordered_at < :2026-04-15T03:00:00.000Z::timestamptz group by o.member_id having not (count(*) <= :2::bigint and sum(o.net_quantity::float8) <= :9::bigint))"`,
    );
  });

  it('browsed', () => {
    expect(
      alone({ kind: 'browsed', count: { gte: 2 }, where: { category: ['shoes'], urlContains: '/sale' } }),
    ).toMatchInlineSnapshot(
      `"m.id in (select v.member_id as member_id from page_views v where v.workspace_id = :workspace and (v.category_id = any(:[1]::int[]) and strpos(v.url, :/sale::text) > 0) and v.viewed_at < :2026-04-15T03:00:00.000Z::timestamptz group by v.member_id having count(*) >= :2::bigint)"`,
    );
  });

  it('link', () => {
    expect(alone({ kind: 'link', linked: false })).toMatchInlineSnapshot(`"not m.linked"`);
    expect(alone({ kind: 'link', linked: true }, true)).toMatchInlineSnapshot(
      `"(m.linked and m.id in (select l.member_id as member_id from links l where l.workspace_id = :workspace and l.ended_at is null and l.linked_at < :2026-04-15T03:00:00.000Z::timestamptz and true))"`,
    );
    expect(alone({ kind: 'link', linked: true, route: 'site_login' })).toMatchInlineSnapshot(
      `"(m.linked and m.id in (select l.member_id as member_id from links l where l.workspace_id = :workspace and l.ended_at is null and l.linked_at < :2026-04-15T03:00:00.000Z::timestamptz and l.route = :site_login))"`,
    );
    expect(alone({ kind: 'link', linked: true, role: 'contractor', within: { days: 0 } })).toMatchInlineSnapshot(
      `"(m.linked and m.id in (select l.member_id as member_id from links l where l.workspace_id = :workspace and l.ended_at is null and l.linked_at < :2026-04-15T03:00:00.000Z::timestamptz and (l.role = :contractor and l.linked_at >= :2026-04-14T15:00:00.000Z::timestamptz and l.linked_at < :2026-04-15T03:00:00.000Z::timestamptz)))"`,
    );
  });

  it('friend', () => {
    expect(alone({ kind: 'friend', state: 'blocked' })).toMatchInlineSnapshot(
      `"(m.linked and m.friend_state = :blocked)"`,
    );
    expect(
      alone({ kind: 'friend', state: 'blocked', channelId: '01900000-0000-7000-8000-000000000001' }),
    ).toMatchInlineSnapshot(
      `"(((m.linked and m.friend_state = any(:[friend,blocked]::friend_state[])) and m.id in (select l.member_id as member_id from links l join line_users u on u.workspace_id = l.workspace_id and u.id = l.line_user_id where l.workspace_id = :workspace and l.ended_at is null and l.linked_at < :2026-04-15T03:00:00.000Z::timestamptz and l.channel_id = :01900000-0000-7000-8000-000000000001::uuid and u.friend_state = any(:[blocked]::text[]))) and not ((m.linked and m.friend_state = any(:[friend]::friend_state[])) and m.id in (select l.member_id as member_id from links l join line_users u on u.workspace_id = l.workspace_id and u.id = l.line_user_id where l.workspace_id = :workspace and l.ended_at is null and l.linked_at < :2026-04-15T03:00:00.000Z::timestamptz and l.channel_id = :01900000-0000-7000-8000-000000000001::uuid and u.friend_state = any(:[friend]::text[]))))"`,
    );
  });

  it('registered', () => {
    expect(alone({ kind: 'registered', within: { from: '2026-01-01', to: '2026-04-01' } })).toMatchInlineSnapshot(
      `"(m.registered_at is not null and m.registered_at >= :2025-12-31T15:00:00.000Z::timestamptz and m.registered_at < :2026-03-31T15:00:00.000Z::timestamptz)"`,
    );
  });

  it('tag', () => {
    expect(alone({ kind: 'tag', any: ['vip'] })).toMatchInlineSnapshot(
      `"m.id in (select t.member_id as member_id from member_tags t where t.workspace_id = :workspace and t.tag = any(:[vip]::text[]))"`,
    );
  });

  it('attribute', () => {
    expect(alone({ kind: 'attribute', name: 'points', in: [5, '5', true] })).toMatchInlineSnapshot(
      `"m.id in (select p.member_id as member_id from member_profiles p where p.workspace_id = :workspace and (p.attributes -> :points::text) @> any(:[5,\\5\\,true]::jsonb[]))"`,
    );
    expect(alone({ kind: 'attribute', name: 'points', gte: 5 })).toMatchInlineSnapshot(
      `"m.id in (select p.member_id as member_id from member_profiles p where p.workspace_id = :workspace and (jsonb_typeof((p.attributes -> :points::text)) = 'number' and (p.attributes -> :points::text) >= :5::jsonb))"`,
    );
    expect(alone({ kind: 'attribute', name: 'since', lte: '2026-04-01' })).toMatchInlineSnapshot(
      `"m.id in (select p.member_id as member_id from member_profiles p where p.workspace_id = :workspace and (jsonb_typeof((p.attributes -> :since::text)) = 'string' and case when ((p.attributes -> :since::text) #>> '{}') ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then pg_input_is_valid(((p.attributes -> :since::text) #>> '{}'), 'date') end and ((p.attributes -> :since::text) #>> '{}') collate C <= :2026-04-01::text))"`,
    );
    expect(alone({ kind: 'attribute', name: 'points', exists: false })).toMatchInlineSnapshot(
      `"not m.id in (select p.member_id as member_id from member_profiles p where p.workspace_id = :workspace and jsonb_exists(p.attributes, :points::text))"`,
    );
  });

  it('segment', () => {
    expect(alone({ kind: 'segment', id: 'inlined' })).toMatchInlineSnapshot(
      `"(m.rank is not null and m.rank = any(:[gold]::text[]))"`,
    );
    expect(alone({ kind: 'segment', id: 'shared' })).toMatchInlineSnapshot(
      `"(select g1.matches from (select) alone cross join lateral (select (m.rank is not null and m.rank = any(:[gold]::text[])) as matches offset 0) g1)"`,
    );
  });

  it('sample', () => {
    expect(alone({ kind: 'sample', percent: 12.5 })).toMatchInlineSnapshot(
      `"((hashint8extended(m.id, :-2039914840885289964::bigint) & 9223372036854775807) % 10000 < :1250::bigint)"`,
    );
  });
});

describe('The SQL over everybody', () => {
  const windowed = { kind: 'purchase', count: { gte: 3 }, within: { days: 180 } };
  const category = { kind: 'purchase', where: { category: ['shoes'] } };

  it('joins what everybody must be in, and asks the summary row first', () => {
    expect(overall({ kind: 'all', rules: [category, windowed, { kind: 'rank', in: ['gold'] }] })).toMatchInlineSnapshot(
      `"from members m left join purchase_histories ph on ph.workspace_id = :workspace and ph.member_id = m.id where m.workspace_id = :workspace and ((m.rank is not null and m.rank = any(:[gold]::text[])) and m.id in (select l.member_id as member_id from order_lines l where l.workspace_id = :workspace and l.category_id = any(:[1]::int[]) and l.ordered_at < :2026-04-15T03:00:00.000Z::timestamptz) and ((m.last_purchase_at >= :2025-10-16T15:00:00.000Z::timestamptz and m.purchase_count >= :3::bigint) and (((m.last_purchase_at < :2026-04-15T03:00:00.000Z::timestamptz and m.first_purchase_at >= :2025-10-16T15:00:00.000Z::timestamptz) and m.purchase_count >= :3::bigint) or coalesce((case when m.last_purchase_at < :2026-04-15T03:00:00.000Z::timestamptz then m.purchase_count else width_bucket(:2026-04-15T02:59:59.999999Z::timestamptz, ph.ordered_at) end - width_bucket(:2025-10-16T14:59:59.999999Z::timestamptz, ph.ordered_at)) >= :3::bigint, false))))"`,
    );
  });

  it('keeps those who are in one of several sets', () => {
    expect(overall({ kind: 'any', rules: [category, { kind: 'not', rule: windowed }] })).toMatchInlineSnapshot(
      `"from members m left join (select l.member_id as member_id from order_lines l where l.workspace_id = :workspace and l.category_id = any(:[1]::int[]) and l.ordered_at < :2026-04-15T03:00:00.000Z::timestamptz group by l.member_id) s1 on s1.member_id = m.id left join purchase_histories ph on ph.workspace_id = :workspace and ph.member_id = m.id where m.workspace_id = :workspace and (s1.member_id is not null or not ((m.last_purchase_at >= :2025-10-16T15:00:00.000Z::timestamptz and m.purchase_count >= :3::bigint) and (((m.last_purchase_at < :2026-04-15T03:00:00.000Z::timestamptz and m.first_purchase_at >= :2025-10-16T15:00:00.000Z::timestamptz) and m.purchase_count >= :3::bigint) or coalesce((case when m.last_purchase_at < :2026-04-15T03:00:00.000Z::timestamptz then m.purchase_count else width_bucket(:2026-04-15T02:59:59.999999Z::timestamptz, ph.ordered_at) end - width_bucket(:2025-10-16T14:59:59.999999Z::timestamptz, ph.ordered_at)) >= :3::bigint, false))))"`,
    );
  });

  it('leaves out those who are in a set', () => {
    expect(overall({ kind: 'not', rule: { kind: 'tag', any: ['vip'] } })).toMatchInlineSnapshot(
      `"from members m where m.workspace_id = :workspace and not exists (select from (select t.member_id as member_id from member_tags t where t.workspace_id = :workspace and t.tag = any(:[vip]::text[])) x where x.member_id = m.id)"`,
    );
  });
});

describe('A kind of condition', () => {
  it.each(conditions)('$kind has a name in Japanese and in English', ({ label }) => {
    expect(label.ja).not.toBe('');
    expect(label.en).not.toBe('');
  });

  it('is listed once', () => {
    const kinds = conditions.map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});
