import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvRows, type CsvRow } from './csv-rows.js';

const read = (text: string, last = true) => csvRows(Buffer.from(text), 1, last);
const linesAndFirsts = (rows: CsvRow[]) => rows.map(({ line, fields }) => [line, fields?.[0]]);

describe('rows of a file', () => {
  it('end with CRLF, LF or CR, and know their line', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const { rows } = read(['a', '', '', '"b,b",x', 'c'].join(end));
      expect(linesAndFirsts(rows)).toEqual([
        [1, 'a'],
        [4, 'b,b'],
        [5, 'c'],
      ]);
    }
  });

  it('may go over several lines between quotation marks', () => {
    expect(linesAndFirsts(read('"a\n\n1",x\nb').rows)).toEqual([
      [1, 'a\n\n1'],
      [4, 'b'],
    ]);
  });

  it('are told as far as they go, with what is left for the next piece', () => {
    const { rows, nextLine, rest } = read('a\n"b\n', false);
    expect([linesAndFirsts(rows), nextLine, rest.toString()]).toEqual([[[1, 'a']], 2, '"b\n']);
  });

  it('go on after a quotation mark that is never closed, whose line is wrong', () => {
    expect(linesAndFirsts(read('a\n"b\n\nc\nd\n').rows)).toEqual([
      [1, 'a'],
      [2, undefined],
      [4, 'c'],
      [5, 'd'],
    ]);
  });

  it('lose one line at most to quotation marks, whatever is written', () => {
    const piece = fc.constantFrom('"', '""', 'a', ',', '\n', '\r\n', '\r', ' ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { rows, rest } = read(pieces.join(''));
        expect(rest).toHaveLength(0);
        expect(rows.filter(({ fields }) => !fields).length).toBeLessThanOrEqual(1);
        const lines = rows.map(({ line }) => line);
        expect(lines).toEqual([...new Set(lines)].sort((x, y) => x - y));
      }),
      { numRuns: 1_000, seed: 11 },
    );
  });

  it('are the same however the file is cut between lines', () => {
    const field = fc.oneof(
      fc.stringMatching(/^[a-z0-9]{1,6}$/),
      fc.stringMatching(/^[a-z,\n]{1,6}$/).map((text) => `"${text}"`),
    );
    const line = fc.array(field, { minLength: 1, maxLength: 3 }).map((fields) => fields.join(','));
    const file = fc.array(line, { maxLength: 12 });
    fc.assert(
      fc.property(
        file,
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.boolean(), { maxLength: 40 }),
        (lines, end, cuts) => {
          const text = lines.join(end);
          const pieces = text.split(/(?<=\n)/).reduce<string[]>((all, piece, at) => {
            if (cuts[at] || all.length === 0) all.push(piece);
            else all.push(`${all.pop()!}${piece}`);
            return all;
          }, []);
          const rows: CsvRow[] = [];
          let [carry, nextLine] = [Buffer.alloc(0), 1];
          pieces.forEach((piece, at) => {
            const last = at === pieces.length - 1;
            const part = csvRows(Buffer.concat([carry, Buffer.from(piece)]), nextLine, last);
            rows.push(...part.rows);
            carry = Buffer.from(part.rest);
            nextLine = part.nextLine;
          });
          expect(rows).toEqual(read(text).rows);
        },
      ),
      { numRuns: 300, seed: 7 },
    );
  });
});
