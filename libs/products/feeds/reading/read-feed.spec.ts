import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FeedFormat } from '../feed.entity.js';
import { BrokenFeed, type FeedRow } from './feed-row.js';
import { FROM_THE_BEGINNING, type Progress } from './places.js';
import { readFeed } from './read-feed.js';

/** A file that comes in pieces of these lengths, again and again. */
function fileOf(content: Buffer, pieces: number[] = [7]) {
  return async function* (from: number, to = content.length): AsyncGenerator<Buffer> {
    for (let at = from, piece = 0; at < to; piece += 1) {
      const end = Math.min(to, at + pieces[piece % pieces.length]!);
      yield content.subarray(at, end);
      at = end;
    }
  };
}

async function read(
  format: FeedFormat,
  content: string | Buffer,
  { pieces, progress = FROM_THE_BEGINNING }: { pieces?: number[]; progress?: Progress } = {},
): Promise<FeedRow[]> {
  const rows: FeedRow[] = [];
  for await (const row of readFeed(format, fileOf(Buffer.from(content as string), pieces), progress)) rows.push(row);
  return rows;
}

const shown = (rows: FeedRow[]) =>
  rows.map(({ line, fields, refusal }) => [line, refusal?.code ?? Object.fromEntries(fields)]);

/** Line and words of what is wrong with a file as a whole. */
async function brokenAt(format: FeedFormat, content: string | Buffer): Promise<[number, string]> {
  const error: unknown = await read(format, content).catch((thrown: unknown) => thrown);
  if (!(error instanceof BrokenFeed)) throw error instanceof Error ? error : new Error('It was read.');
  return [error.line, error.message];
}

const rss = (items: string) =>
  `<?xml version="1.0"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n<title>店</title>\n${items}</channel></rss>\n`;

const csv = [
  '\ufeffID,g:Title,price,Image Link',
  'a,"茶, 緑\nと紅",1200 JPY,https://i',
  '',
  'b,"say ""hi""",1,',
  'c,27" wide,2',
  'd,x,3,',
].join('\r\n');

describe('a feed', () => {
  it('of commas has its rows by name, with the lines on which they begin', async () => {
    expect(shown(await read('csv', csv))).toEqual([
      [2, { id: 'a', title: '茶, 緑\nと紅', price: '1200 JPY', image_link: 'https://i' }],
      [5, { id: 'b', title: 'say "hi"', price: '1', image_link: '' }],
      [6, 'products.wrong_number_of_fields'],
      [7, { id: 'd', title: 'x', price: '3', image_link: '' }],
    ]);
  });

  it('of tabs is read the same way', async () => {
    const rows = await read('tsv', 'id\ttitle\tprice\n1\ta,b "c"\t5\n2\tモニター 27"\t6\n');
    expect(shown(rows)).toEqual([
      [2, { id: '1', title: 'a,b "c"', price: '5' }],
      [3, { id: '2', title: 'モニター 27"', price: '6' }],
    ]);
  });

  it('of RSS has the elements of its items, Google’s before all others, and none from below', async () => {
    const item = [
      '<item><title>plain</title><g:id> 1 </g:id><g:title>A &amp; <![CDATA[<b>]]>&#x8336;</g:title>',
      '<link>https://p</link><g:shipping><g:price>500 JPY</g:price></g:shipping><g:price>9</g:price>',
      '<g:product_type>first</g:product_type><g:product_type>second</g:product_type></item>',
    ].join('\n');
    expect(shown(await read('xml', rss(`${item}\n<item/>\n`)))).toEqual([
      [4, { id: '1', title: 'A & <b>茶', link: 'https://p', price: '9', product_type: 'first' }],
      [7, {}],
    ]);
  });

  it('of Atom is read with its own names and Google’s', async () => {
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">
      <id>urn:feed</id><entry><id>urn:1</id><link rel="self" href="https://no"/><link href="https://p"/>
      <title>t</title><g:id>1</g:id></entry></feed>`;
    expect(shown(await read('xml', atom))).toEqual([[2, { id: '1', link: 'https://p', title: 't' }]]);
  });

  it.each<[string, FeedFormat, string | Buffer, [line: number, words: string]]>([
    ['without a first line', 'csv', '', [1, 'empty']],
    ['without a column that is needed', 'csv', 'id,title\n1,a\n', [1, '"price"']],
    ['with a quotation mark left open', 'csv', 'id,title,price\n1,a,2\n2,"b,3\n4,c,4\n', [3, 'never closed']],
    ['with a row that has no end', 'csv', `id,title,price\n1,a,2\n2,"${'x\n'.repeat(600_000)}`, [3, 'longer than']],
    [
      'in another encoding',
      'csv',
      Buffer.from([...Buffer.from('id,title,price\n1,a,2\n2,'), 0x93, 0xfa]),
      [3, 'UTF-8'],
    ],
    ['in UTF-16', 'tsv', Buffer.from('\ufeffid\ttitle\tprice\n', 'utf16le'), [1, 'UTF-8']],
    ['cut in a character', 'csv', Buffer.from('id,title,price\n1,茶').subarray(0, -1), [2, 'UTF-8']],
    ['that is a page', 'xml', '<!DOCTYPE html>\n<html></html>', [1, 'document type']],
    [
      'with a bomb',
      'xml',
      '<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<rss></rss>',
      [2, 'document type'],
    ],
    ['with an entity of its own', 'xml', rss('<item>\n<title>&secret;</title></item>'), [5, 'entity']],
    ['that ends in the middle', 'xml', rss('<item><title>a</title></item>').slice(0, -20), [4, 'unclosed']],
    ['that is torn', 'xml', rss('<item>\n<title>a</item>'), [5, 'unexpected close']],
    ['of another kind', 'xml', '<shop><item/></shop>', [1, 'neither']],
    ['in a stated encoding', 'xml', '<?xml version="1.0" encoding="Shift_JIS"?><rss/>', [1, 'UTF-8']],
    ['with an item without end', 'xml', rss(`<item>\n<title>${'x'.repeat(1_100_000)}`), [4, 'no end']],
    ['with a document type without end', 'xml', `<!DOCTYPE rss [${'<!-- x -->'.repeat(220_000)}`, [1, 'no end']],
  ])('%s is refused as a whole, with the line', async (_name, format, content, [line, words]) => {
    const [at, detail] = await brokenAt(format, content);
    expect([at, detail]).toEqual([line, expect.stringContaining(words)]);
  });

  it.each<[FeedFormat, string | Buffer]>([
    ['csv', 'id,title,price\n1,a,2\n2,b,2\n3,"c'],
    ['csv', Buffer.concat([Buffer.from('id,title,price\n1,a,2\n2,b,2\n3,'), Buffer.from([0xff]), Buffer.from(',2\n')])],
    ['xml', rss('<item><g:id>1</g:id></item><item><g:id>2</g:id></item><item>&x;</item>')],
  ])('of %s that breaks gives all rows before the break', async (format, content) => {
    const given: (string | undefined)[] = [];
    const reading = async () => {
      for await (const { fields } of readFeed(
        format,
        fileOf(Buffer.from(content as string), [1_000]),
        FROM_THE_BEGINNING,
      ))
        given.push(fields.get('id'));
    };
    await expect(reading()).rejects.toThrow(BrokenFeed);
    expect(given).toEqual(['1', '2']);
  });

  const text = fc.string({
    unit: fc.constantFrom('a', '茶', '😀', '"', ',', '\n', '\r\n', '<', '&', ' '),
    maxLength: 6,
  });
  const products = fc.array(fc.record({ id: fc.nat(99), title: text }), { minLength: 1, maxLength: 12 });
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const escaped = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const written: Record<'csv' | 'xml', (list: { id: number; title: string }[], blank: string) => string> = {
    csv: (list, blank) =>
      `id,title,price\r\n${blank}${list.map(({ id, title }) => `${id},${quoted(title)},5\r\n${blank}`).join('')}`,
    xml: (list, blank) =>
      rss(
        list
          .map(({ id, title }) => `<item><g:id>${id}</g:id>\n<title>${escaped(title)}</title></item>${blank}`)
          .join(''),
      ),
  };

  it.each(['csv', 'xml'] as const)(
    'of %s gives the same rows in whatever pieces it comes, and from wherever a reader goes on',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(
          products,
          fc.constantFrom('', '\r\n', '\n\n'),
          fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
          async (list, blank, pieces) => {
            const content = written[format](list, blank);
            const whole = await read(format, content, { pieces: [1_000_000] });
            expect(whole.map(({ fields }) => fields.get('id'))).toEqual(list.map(({ id }) => String(id)));
            const bytes = Buffer.from(content);
            for (const { line, end, lineAfter } of whole) {
              const lineFeeds = bytes.subarray(0, end).toString().split('\n').length;
              expect([line <= lineFeeds, lineAfter]).toEqual([true, lineFeeds]);
            }
            expect(await read(format, content, { pieces })).toEqual(whole);
            for (const [at, { prologue, end, lineAfter }] of whole.entries()) {
              const progress = { prologue, offset: end, line: lineAfter };
              expect(await read(format, content, { pieces, progress })).toEqual(whole.slice(at + 1));
            }
          },
        ),
        { seed: 17, numRuns: 60 },
      );
    },
  );
});
