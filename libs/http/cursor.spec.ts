import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError, newId } from '#kernel';
import { decodeCursor, encodeCursor } from './cursor.js';
import { toPage } from './page.js';

describe('cursors', () => {
  it('give back what was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))), (values) => {
        const kinds = values.map(() => 'text' as const);
        expect(decodeCursor(encodeCursor(values), ...kinds)).toEqual(values);
      }),
      { numRuns: 200, seed: 1 },
    );
    const values = [newId(), '123', '2026-04-01T00:00:00Z'];
    expect(decodeCursor(encodeCursor(values), 'uuid', 'integer', 'instant')).toEqual(values);
  });

  it('refuse everything else with 400', () => {
    const cursor = encodeCursor([newId()]);
    const refused = (text: string, ...kinds: Parameters<typeof decodeCursor>[1][]) =>
      expect(() => decodeCursor(text, ...kinds)).toThrow(AppError);
    for (let at = 0; at < cursor.length; at++) {
      refused(`${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`, 'uuid');
    }
    refused(cursor.slice(1), 'uuid');
    refused('', 'uuid');
    for (const forged of ['[2]', '[1,5]', '{}', '"x"', '[1,', 'null']) {
      const check = createHash('sha256').update(forged).digest('hex').slice(0, 8);
      refused(Buffer.from(check + forged).toString('base64url'), 'text');
    }
    refused('あ', 'uuid');
    refused(cursor);
    refused(cursor, 'integer');
    refused(cursor, 'uuid', 'uuid');
    refused(encodeCursor(['\0']), 'text');
    fc.assert(
      fc.property(fc.string(), (text) => refused(text, 'text')),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe('toPage', () => {
  const page = (rows: number[], limit: number) => toPage(rows, limit, String, (row) => [String(row)]);

  it('points to the next page only where there is one', () => {
    expect(page([1, 2], 2)).toEqual({ items: ['1', '2'], nextCursor: null });
    expect(page([], 2)).toEqual({ items: [], nextCursor: null });
    const { items, nextCursor } = page([1, 2, 3], 2);
    expect(items).toEqual(['1', '2']);
    expect(decodeCursor(nextCursor!, 'integer')).toEqual(['2']);
  });
});
