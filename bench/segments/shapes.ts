import { parseRule, type RuleNode } from '#segments';
import { startOfLocalDayBefore } from '#kernel';
import { AS_OF } from './generated-shop.js';

/** A rule, and the SQL that somebody would write who has the plain rows of `raw.*`: a condition on `m` of `raw.members`. */
export interface Shape {
  name: string;
  rule: RuleNode;
  obvious: string;
}

export const shapes: Shape[] = [
  shape('rank and birth month', {
    rule: all({ kind: 'rank', in: ['gold'] }, { kind: 'birth-month', relative: 'current' }),
    obvious: `m.rank = 'gold' and m.birth_month = 4`,
  }),
  shape('registered in 30 days', {
    rule: { kind: 'registered', within: { days: 30 } },
    obvious: `m.registered_at >= ${daysAgo(30)} and m.registered_at < ${now()}`,
  }),
  shape('tag and rank', {
    rule: all({ kind: 'tag', any: ['tag-7', 'tag-8'] }, { kind: 'rank', in: ['silver', 'gold'] }),
    obvious: `m.rank in ('silver', 'gold') and m.id in (select member_id from raw.tags where tag in ('tag-7', 'tag-8'))`,
  }),
  shape('contractor since 90 days', {
    rule: { kind: 'link', linked: true, role: 'contractor', within: { days: 90 } },
    obvious: `m.id in (select member_id from raw.links where role = 'contractor' and linked_at >= ${daysAgo(90)}
                         and linked_at < ${now()})`,
  }),
  shape('5 visits ever', {
    rule: { kind: 'visit', count: { gte: 5 } },
    obvious: `m.id in (select member_id from raw.visits where visited_at < ${now()} group by member_id having count(*) >= 5)`,
  }),
  shape('2 visits in 90 days', {
    rule: { kind: 'visit', count: { gte: 2 }, within: { days: 90 } },
    obvious: `m.id in (select member_id from raw.visits where visited_at >= ${daysAgo(90)} and visited_at < ${now()}
                        group by member_id having count(*) >= 2)`,
  }),
  shape('bought in 30 days', {
    rule: { kind: 'purchase', within: { days: 30 } },
    obvious: `m.id in (select member_id from raw.orders where ordered_at >= ${daysAgo(30)} and ordered_at < ${now()})`,
  }),
  shape('not bought for 180 days', {
    rule: { kind: 'not', rule: { kind: 'purchase', within: { days: 180 } } },
    obvious: notBoughtFor(180),
  }),
  shape('spent 100,000 in 365 days', {
    rule: { kind: 'purchase', total: { gte: 100_000 }, within: { days: 365 } },
    obvious: `m.id in (select member_id from raw.orders where ordered_at >= ${daysAgo(365)} and ordered_at < ${now()}
                        group by member_id having sum(total) >= 100000)`,
  }),
  shape('rank and 3 orders in 180 days', {
    rule: all({ kind: 'rank', in: ['silver', 'gold'] }, { kind: 'purchase', count: { gte: 3 }, within: { days: 180 } }),
    obvious: `m.rank in ('silver', 'gold')
              and m.id in (select member_id from raw.orders where ordered_at >= ${daysAgo(180)} and ordered_at < ${now()}
                            group by member_id having count(*) >= 3)`,
  }),
  shape('friend who bought of a category in 90 days', {
    rule: all(
      { kind: 'friend', state: 'friend' },
      { kind: 'purchase', within: { days: 90 }, where: { category: ['category-7'] } },
    ),
    obvious: `m.friend and m.id in (select member_id from raw.lines where category = 'category-7'
                                       and ordered_at >= ${daysAgo(90)} and ordered_at < ${now()})`,
  }),
  shape('spent 30,000 in 365 days in a category or not bought for 180 days', {
    rule: any(
      { kind: 'purchase', total: { gte: 30_000 }, within: { days: 365 }, where: { category: ['category-3'] } },
      { kind: 'not', rule: { kind: 'purchase', within: { days: 180 } } },
    ),
    obvious: `(m.id in (select member_id from raw.lines where category = 'category-3' and ordered_at >= ${daysAgo(365)}
                           and ordered_at < ${now()} group by member_id having sum(total) >= 30000)
               or ${notBoughtFor(180)})`,
  }),
];

function shape(name: string, { rule, obvious }: { rule: unknown; obvious: string }): Shape {
  return { name, rule: parseRule(rule, ''), obvious };
}

function all(...rules: unknown[]) {
  return { kind: 'all', rules };
}

function any(...rules: unknown[]) {
  return { kind: 'any', rules };
}

function notBoughtFor(days: number): string {
  return `not exists (select from raw.orders o where o.member_id = m.id and o.ordered_at >= ${daysAgo(days)}
                         and o.ordered_at < ${now()})`;
}

function daysAgo(days: number): string {
  return `timestamptz '${startOfLocalDayBefore(new Date(AS_OF), days, 'Asia/Tokyo').toISOString()}'`;
}

function now(): string {
  return `timestamptz '${AS_OF}'`;
}
