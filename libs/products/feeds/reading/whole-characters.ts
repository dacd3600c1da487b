import { isUtf8 } from 'node:buffer';
import { notReadable } from './feed-row.js';
import type { Places } from './places.js';

const LINE_FEED = 10;

/**
 * The same bytes, cut between characters, as long as they are UTF-8.
 * @throws BrokenFeed at the first line that is not
 */
export async function* wholeCharacters(source: AsyncIterable<Buffer>, places: Places): AsyncGenerator<Buffer> {
  let left = Buffer.alloc(0);
  let read = 0;
  for await (const part of source) {
    const bytes = left.length > 0 ? Buffer.concat([left, part]) : part;
    const end = bytes.length - unfinished(bytes);
    const slice = bytes.subarray(0, end);
    left = Buffer.from(bytes.subarray(end));
    if (slice.length === 0) continue;
    places.add(slice);
    if (!isUtf8(slice)) {
      // What stands before that line is right.
      const right = slice.subarray(0, firstWrong(slice));
      if (right.length > 0) yield right;
      throw notUtf8(places.lineAt(read + right.length));
    }
    yield slice;
    read += slice.length;
  }
  if (left.length > 0) throw notUtf8(places.lineAt(read));
}

const notUtf8 = (line: number) => notReadable(line, 'The file is not UTF-8 here; no other encoding is read.');

/** How many bytes at the end begin a character whose other bytes are still to come. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return widthOf(byte) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

function widthOf(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}

/** Where the first line begins that is not UTF-8. */
function firstWrong(slice: Buffer): number {
  let start = 0;
  for (let end = slice.indexOf(LINE_FEED); end >= 0; end = slice.indexOf(LINE_FEED, start)) {
    if (!isUtf8(slice.subarray(start, end))) return start;
    start = end + 1;
  }
  return start;
}
