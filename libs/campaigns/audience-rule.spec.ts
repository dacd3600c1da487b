import { describe, expect, it } from '@jest/globals';
import { ruleOf } from './audience-rule.js';

const NOBODY = { segmentId: null, rule: null, segmentIds: null, excludeSegmentIds: [] };
const segment = (id: string) => ({ kind: 'segment', id });
const without = (...ids: string[]) => ({
  kind: 'not',
  rule: ids.length === 1 ? segment(ids[0]!) : { kind: 'any', rules: ids.map(segment) },
});

describe('an audience as a rule', () => {
  it('is what was named, where nobody is left out', () => {
    expect(ruleOf({ ...NOBODY, segmentId: 'a' })).toEqual(segment('a'));
    expect(ruleOf({ ...NOBODY, segmentIds: ['a'] })).toEqual(segment('a'));
    expect(ruleOf({ ...NOBODY, segmentIds: ['a', 'b'] })).toEqual({ kind: 'any', rules: [segment('a'), segment('b')] });
    expect(ruleOf({ ...NOBODY, rule: { kind: 'registered' } })).toEqual({ kind: 'registered' });
  });

  it('leaves out who is in any of the segments that are named for that', () => {
    expect(ruleOf({ ...NOBODY, segmentIds: ['a', 'b'], excludeSegmentIds: ['c', 'd'] })).toEqual({
      kind: 'all',
      rules: [{ kind: 'any', rules: [segment('a'), segment('b')] }, without('c', 'd')],
    });
  });

  it('becomes no deeper where all of several already have to hold', () => {
    const rule = { kind: 'all', rules: [{ kind: 'registered' }] };
    expect(ruleOf({ ...NOBODY, rule, excludeSegmentIds: ['c'] })).toEqual({
      kind: 'all',
      rules: [{ kind: 'registered' }, without('c')],
    });
  });

  it('is none of a list of people', () => {
    expect(ruleOf({ ...NOBODY, excludeSegmentIds: ['c'] })).toBeUndefined();
  });
});
