import { describe, expect, it } from '@jest/globals';
import { codeHash, looksLikeCode, newCode, typedCode } from './code.js';

describe('A user code', () => {
  const many = Array.from({ length: 2_000 }, newCode);

  it('has ten signs with a digit, a capital and a small letter, and none that is taken for another', () => {
    for (const code of many) {
      expect(code).toMatch(/^(?=.*\d)(?=.*[A-Z])(?=.*[a-z])[2-79A-HJ-NP-RTUYa-hjmnrtxy]{10}$/);
      expect(code).not.toMatch(/[01Oo8IilSsVvWwZz]/);
    }
  });

  it('has at least 50 bits: forty signs that are equally frequent', () => {
    const counts = new Map<string, number>();
    for (const sign of many.join('')) counts.set(sign, (counts.get(sign) ?? 0) + 1);
    expect(counts.size).toBe(40);
    const kinds = [7, 18, 15];
    const without = (some: number[]) => ((40 - some.reduce((a, b) => a + b, 0)) / 40) ** 10;
    const pairs = without([7, 18]) + without([7, 15]) + without([18, 15]);
    const allKinds = 1 - kinds.reduce((sum, kind) => sum + without([kind]), 0) + pairs;
    expect(10 * Math.log2(40) + Math.log2(allKinds)).toBeGreaterThan(50);
    // 500 each are expected; five times the deviation of that is 110, and a class is seen a little more where it must be.
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(200);
  });

  it('is always recognised, also in another case, in full width, and with space around it', () => {
    for (const code of many) {
      const wide = code.replace(/./g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
      for (const text of [code, code.toLowerCase(), code.toUpperCase(), ` ${code}\n`, `　${wide}　`]) {
        expect([text, looksLikeCode(text)]).toEqual([text, true]);
      }
      expect(typedCode(`　${wide} `)).toBe(code);
    }
  });

  it.each([
    'こんにちは',
    'understand',
    '0312345678',
    '2345679234',
    'Ab3dEfGh2',
    'Ab3dEfGh2jk',
    'Ab3dE fGh2',
    '連携',
    '',
  ])('is not what “%s” is meant as', (text) => {
    expect(looksLikeCode(text)).toBe(false);
  });

  it('is found by a hash that differs from workspace to workspace and from case to case', () => {
    const hash = (workspaceId: string, code: string) => codeHash({ workspaceId }, code).toString('hex');
    expect(new Set([hash('a', 'Ab'), hash('b', 'Ab'), hash('a', 'AB')]).size).toBe(3);
    expect(hash('a', 'Ab')).toBe(hash('a', 'Ab'));
  });
});
