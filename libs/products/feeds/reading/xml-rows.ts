import { SaxesParser, type SaxesTagNS } from 'saxes';
import { MOST_ROW_BYTES, notReadable, type FeedRow } from './feed-row.js';
import type { Places } from './places.js';

/** Google's names; where a feed has both, they say it better than the format's own. */
const GOOGLE = 'http://base.google.com/ns/1.0';

/** The items of an RSS 2.0 or the entries of an Atom file. @throws BrokenFeed behind the last of them before it */
export async function* xmlRows(slices: AsyncIterable<Buffer>, places: Places): AsyncGenerator<FeedRow> {
  const reader = new XmlReader(places);
  for await (const slice of slices) yield* rowsBefore(reader, () => reader.read(slice));
  yield* rowsBefore(reader, () => reader.close());
}

/** What was read, also where reading then fails. */
function* rowsBefore(reader: XmlReader, read: () => void): Generator<FeedRow> {
  try {
    read();
  } catch (error) {
    yield* reader.taken();
    throw error;
  }
  yield* reader.taken();
}

interface Item {
  line: number;
  /** Depth of its own element. */
  depth: number;
  fields: Map<string, string>;
  /** Those that Google's names have filled. */
  google: Set<string>;
}

class XmlReader {
  private readonly parser = new SaxesParser({ xmlns: true });
  private readonly path: string[] = [];
  private rows: FeedRow[] = [];
  private item?: Item;
  private text = '';
  private prologue?: number;
  /** The slice being read, and the last place in it whose byte is known. */
  private slice = '';
  private sliceStart = 0;
  private known = { character: 0, byte: 0 };
  private bytesRead = 0;
  private lastEnd = 0;

  constructor(private readonly places: Places) {
    this.parser.on('error', (error) => this.refuse(error.message.replace(/^\d+:\d+: /, '')));
    this.parser.on('doctype', () => this.refuse('A document type is not read.'));
    this.parser.on('xmldecl', ({ encoding }) => {
      if (!/^utf-?8$/i.test(encoding ?? 'utf-8')) this.refuse('No other encoding than UTF-8 is read.');
    });
    this.parser.on('opentag', (tag) => this.enter(tag));
    this.parser.on('text', (text) => this.say(text));
    this.parser.on('cdata', (text) => this.say(text));
    this.parser.on('closetag', (tag) => this.leave(tag));
  }

  read(slice: Buffer): void {
    this.slice = slice.toString('utf8');
    this.parser.write(this.slice);
    this.sliceStart += this.slice.length;
    this.bytesRead += slice.length;
    this.known = { character: this.sliceStart, byte: this.bytesRead };
    // Before it has grown without bounds, and also what the parser itself holds back, such as a document type.
    if (this.bytesRead - this.lastEnd > MOST_ROW_BYTES + slice.length) this.tooLong();
  }

  close(): void {
    this.slice = '';
    this.parser.close();
  }

  taken(): FeedRow[] {
    const rows = this.rows;
    this.rows = [];
    return rows;
  }

  private enter(tag: SaxesTagNS): void {
    this.path.push(tag.local);
    this.text = '';
    const depth = this.path.length;
    if (depth === 1 && tag.local !== 'rss' && tag.local !== 'feed')
      this.refuse('The file is neither RSS 2.0 nor Atom.');
    if (this.item) return this.enterField(this.item, tag);
    if (this.opensItem()) {
      this.item = { line: this.places.lineAt(this.byteNow()), depth, fields: new Map(), google: new Set() };
    }
  }

  private opensItem(): boolean {
    const path = this.path.join('/');
    return path === 'rss/channel/item' || path === 'feed/entry';
  }

  /** Atom says the address of a page by an attribute. */
  private enterField(item: Item, { local, attributes }: SaxesTagNS): void {
    if (this.path.length !== item.depth + 1 || local !== 'link') return;
    const { href, rel } = attributes;
    if (href && (!rel || rel.value === 'alternate')) this.set(item, { name: 'link', value: href.value, google: false });
  }

  private say(text: string): void {
    if (this.item && this.path.length === this.item.depth + 1) this.text += text;
  }

  private leave(tag: SaxesTagNS): void {
    const depth = this.path.length;
    this.path.pop();
    const { item } = this;
    if (!item) return;
    if (depth === item.depth + 1) {
      this.set(item, { name: tag.local.toLowerCase(), value: this.text, google: tag.uri === GOOGLE });
    }
    if (depth === item.depth) this.end(item);
    this.text = '';
  }

  /** The first of several holds, unless it is not Google's and a later one is. */
  private set(item: Item, { name, value, google }: { name: string; value: string; google: boolean }): void {
    if (value.trim() === '' || item.google.has(name) || (item.fields.has(name) && !google)) return;
    item.fields.set(name, value.trim());
    if (google) item.google.add(name);
  }

  private end({ line, fields }: Item): void {
    this.item = undefined;
    const read = this.byteNow();
    if (read - this.lastEnd > MOST_ROW_BYTES) this.tooLong();
    this.lastEnd = read;
    const end = this.places.offsetOf(read);
    this.prologue ??= end;
    this.rows.push({ line, end, lineAfter: this.places.lineAt(read), prologue: this.prologue, fields });
  }

  /** Byte of what is read at which the parser is. */
  private byteNow(): number {
    const from = this.known.character;
    const to = Math.max(from, this.parser.position);
    const text = this.slice.slice(from - this.sliceStart, to - this.sliceStart);
    this.known = { character: to, byte: this.known.byte + Buffer.byteLength(text) };
    return this.known.byte;
  }

  private tooLong(): never {
    throw notReadable(this.places.lineAt(this.lastEnd), `There is no end of an item within ${MOST_ROW_BYTES} bytes.`);
  }

  private refuse(detail: string): never {
    throw notReadable(this.places.lineAt(this.byteNow()), detail);
  }
}
