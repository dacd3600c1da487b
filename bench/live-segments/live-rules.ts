import { AS_OF } from '../segments/generated-shop.js';
import { shapes } from '../segments/shapes.js';

type Plain = Record<string, unknown>;

const DAY = 86_400_000;

/**
 * The twelve shapes of rules, varied: other windows, bounds, categories, tags and ranks. The shop's last order lies where
 * its clock stood; windows reach back so much further that they hold as much as they would have held then.
 */
export function liveRules(many: number, now: Date): Plain[] {
  const since = Math.floor((now.getTime() - Date.parse(AS_OF)) / DAY);
  return Array.from({ length: many }, (_, n) => {
    const { rule } = shapes[n % shapes.length]!;
    return varied(JSON.parse(JSON.stringify(rule)) as Plain, Math.floor(n / shapes.length), since);
  });
}

function varied(node: Plain, variant: number, since: number): Plain {
  if (Array.isArray(node.rules))
    return { ...node, rules: (node.rules as Plain[]).map((part) => varied(part, variant, since)) };
  if (node.rule) return { ...node, rule: varied(node.rule as Plain, variant, since) };
  const changed = { ...node };
  const { within, where, total, any } = node as Record<string, Plain | undefined>;
  if (within) changed.within = { days: (within.days as number) + since + 7 * variant };
  if (total) changed.total = { gte: (total.gte as number) * (1 + variant) };
  if (where) changed.where = { category: [`category-${(variant * 11 + 3) % 40}`] };
  if (any) changed.any = [`tag-${1 + variant}`, `tag-${9 + variant}`];
  if (node.kind === 'visit' && node.count) changed.count = { gte: (node.count as { gte: number }).gte + variant };
  return changed;
}
