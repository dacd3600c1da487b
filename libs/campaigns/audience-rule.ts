/** Whom a campaign names: exactly one of the first four, but for those in any of the last. */
export interface CampaignAudience {
  segmentId: string | null;
  rule: object | null;
  /** Everyone in any of these. */
  segmentIds: readonly string[] | null;
  /** Of `campaign_audiences`. */
  audienceId: string | null;
  excludeSegmentIds: readonly string[];
}

type SomeRule = Pick<CampaignAudience, 'segmentId' | 'rule' | 'segmentIds' | 'excludeSegmentIds'>;

/** The audience as one rule; undefined where it is a list of people. */
export function ruleOf({ segmentId, rule, segmentIds, excludeSegmentIds }: SomeRule): object | undefined {
  const named = rule ?? (segmentId === null ? anyOf(segmentIds ?? []) : { kind: 'segment', id: segmentId });
  const others = othersThan(excludeSegmentIds);
  if (!named || !others) return named;
  // What is a group of its own already does not become a level deeper.
  const { kind, rules } = named as Partial<{ kind: string; rules: object[] }>;
  return { kind: 'all', rules: kind === 'all' && rules ? [...rules, others] : [named, others] };
}

/** Everyone who is in none of these segments; undefined where none is named. */
export function othersThan(segmentIds: readonly string[]): object | undefined {
  const named = anyOf(segmentIds);
  return named && { kind: 'not', rule: named };
}

function anyOf(segmentIds: readonly string[]): object | undefined {
  const rules = segmentIds.map((id) => ({ kind: 'segment', id }));
  return rules.length > 1 ? { kind: 'any', rules } : rules[0];
}
