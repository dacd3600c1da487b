import { describe, expect, it } from '@jest/globals';
import { RetryKeys, retryKeyLifeMs } from './retry-keys.js';

describe('RetryKeys', () => {
  it('remembers what was accepted for 24 hours from the first request, not from the acceptance', () => {
    const keys = new RetryKeys<string>();
    expect(keys.meet('KEY', 0)).toBeUndefined();
    expect(keys.meet('key', retryKeyLifeMs - 2)).toBeUndefined();
    keys.accept('key', retryKeyLifeMs - 2, 'request');
    expect(keys.meet('KEY', retryKeyLifeMs - 1)).toBe('request');
    expect(keys.meet('KEY', retryKeyLifeMs)).toBeUndefined();
  });
});
