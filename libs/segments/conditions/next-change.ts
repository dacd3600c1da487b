import { localDate, startOfLocalDay } from '#kernel';
import { nodesOf, type RuleNode } from '../rules/rule-node.js';

/**
 * When rules, asked of the same data again, may first mean other people although nothing has happened and nothing stored
 * ahead of its time has come to exist: days are counted back from the local day, months from the local month. Windows
 * between fixed moments only ever change with what exists.
 */
export function nextChange(rules: readonly RuleNode[], after: Date, timeZone: string): Date | null {
  const nodes = rules.flatMap((rule) => [...nodesOf(rule)].map(({ node }) => node));
  const day = localDate(after, timeZone);
  if (nodes.some((node) => 'within' in node && node.within?.days !== undefined))
    return startOfLocalDay(day.add({ days: 1 }), timeZone);
  if (nodes.some((node) => node.kind === 'birth-month' && node.relative !== undefined))
    return startOfLocalDay(day.with({ day: 1 }).add({ months: 1 }), timeZone);
  return null;
}
