import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { csvCell, csvRow } from './csv-cell.js';

describe('a cell of a CSV file', () => {
  it.each([
    [null, ''],
    ['', ''],
    ['会員1', '会員1'],
    [0, '0'],
    [-5, '-5'],
    [new Date('2026-04-15T00:00:00Z'), '2026-04-15T00:00:00.000Z'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', `"'=1+1"`],
    ['+81', `"'+81"`],
    ['-x', `"'-x"`],
    ['@cmd', `"'@cmd"`],
    ['\tx', `"'\tx"`],
    ['＝1', `"'＝1"`],
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ])('of %j is %s', (value, cell) => expect(csvCell(value)).toBe(cell));

  it('is read back as it was written, and never begins a formula', () => {
    const texts = fc.array(
      fc.oneof(
        fc.string(),
        fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\r', '\n', '\t', "'", 'a', '＝') }),
      ),
      {
        minLength: 2,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(texts, (values) => {
        const [row] = parse(csvRow(values), { record_delimiter: '\r\n' });
        expect(row!.map((cell, i) => (cell === values[i] ? cell : cell.slice(1)))).toEqual(values);
        for (const cell of row!) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
      }),
      { seed: 3 },
    );
  });
});
