import type { Refusal } from '../../products.errors.js';

/** A product of a feed as the file has it. */
export interface FeedRow {
  /** Of the file, from 1: where it begins. */
  line: number;
  /** Byte of the file behind it. */
  end: number;
  /** Line of the file at `end`. */
  lineAfter: number;
  /** Byte of the file up to which a reader that goes on later has to read again. */
  prologue: number;
  /** By column or element, in the feed's own names: lower case, without namespace. */
  fields: ReadonlyMap<string, string>;
  /** Why it cannot be read; its neighbours can. */
  refusal?: Refusal;
}

/** No longer a row is a product. */
export const MOST_ROW_BYTES = 1_000_000;

/** The file as a whole cannot be read any further. */
export class BrokenFeed extends Error {
  override readonly name = 'BrokenFeed';

  /** @param line of the file, from 1 */
  constructor(
    readonly line: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const notReadable = (line: number, detail: string) => new BrokenFeed(line, 'products.feed_not_readable', detail);
