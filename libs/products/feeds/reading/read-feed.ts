import type { FeedFormat } from '../feed.entity.js';
import { delimitedRows } from './delimited-rows.js';
import type { FeedRow } from './feed-row.js';
import { Places, type Progress } from './places.js';
import { wholeCharacters } from './whole-characters.js';
import { xmlRows } from './xml-rows.js';

/** Bytes of a file from one place up to another; to its end where no other is given. */
export type FileBytes = (from: number, to?: number) => AsyncIterable<Buffer>;

/**
 * The rows of a feed, from where a reader had got to.
 * @throws BrokenFeed where the file as a whole cannot be read any further; all rows before that have been given
 */
export async function* readFeed(format: FeedFormat, file: FileBytes, progress: Progress): AsyncGenerator<FeedRow> {
  const places = new Places(progress);
  const slices = wholeCharacters(bytesOf(file, progress), places);
  const rows =
    format === 'xml' ? xmlRows(slices, places) : delimitedRows(slices, format === 'csv' ? ',' : '\t', places);
  for await (const row of rows) if (row.end > progress.offset) yield row;
}

async function* bytesOf(file: FileBytes, { prologue, offset }: Progress): AsyncGenerator<Buffer> {
  if (offset > 0) yield* file(0, prologue);
  yield* file(offset);
}
