import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from '#kernel';
import { AcceptedEventsRef, mergeAccepted } from './events.jobs.js';

const workspaceId = '018f0000-0000-7000-8000-000000000001';

describe('Facts of accepted events', () => {
  const ref = fc.record({
    workspaceId: fc.constant(workspaceId),
    memberIds: fc.uniqueArray(fc.integer({ min: 1, max: 3_000 }).map(String), { maxLength: 1_000 }),
    fromSeq: fc.bigInt({ min: 1n, max: 10n ** 18n }).map(String),
    ofNobody: fc.boolean(),
  });

  it('told as one leave nobody out, say nothing twice, and look back as far as the earliest', () => {
    const property = fc.property(fc.array(ref, { minLength: 1, maxLength: 8 }), (facts) => {
      const merged = mergeAccepted(facts);
      for (const fact of merged) parse(AcceptedEventsRef, fact);
      const everybody = new Set(facts.flatMap(({ memberIds }) => memberIds));
      const told = merged.flatMap(({ memberIds }) => memberIds);
      expect(told).toHaveLength(everybody.size);
      expect(new Set(told)).toEqual(everybody);
      const earliest = facts.map(({ fromSeq }) => BigInt(fromSeq)).reduce((a, b) => (a < b ? a : b));
      expect(merged.every(({ fromSeq }) => BigInt(fromSeq) === earliest)).toBe(true);
      const ofNobody = merged.filter((fact) => fact.ofNobody);
      expect(ofNobody).toHaveLength(facts.some((fact) => fact.ofNobody) ? 1 : 0);
    });
    fc.assert(property, { seed: 20_261_130, numRuns: 200 });
  });
});
