import { CsvError, type InfoRecord } from 'csv-parse';
import { parse } from 'csv-parse/sync';

/** One row of a file. */
export interface CsvRow {
  /** Of the file, from 1. */
  line: number;
  /** Undefined where a quotation mark is opened and not closed before the file ends. */
  fields: string[] | undefined;
}

export interface ReadRows {
  rows: CsvRow[];
  /** The line after the last one that was read. */
  nextLine: number;
  /** A row that has begun and not ended; empty where the last one did. */
  rest: Buffer;
}

const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];

/**
 * Rows of a piece of a file that begins with a row.
 * @param text in UTF-8, without byte order mark
 * @param last whether nothing comes after it: a quotation mark that is still open then is one too many, and the lines
 *   after it are read as if it were not there
 */
export function csvRows(text: Buffer, firstLine: number, last: boolean): ReadRows {
  const read = readWhole(text, firstLine);
  const { rest } = read;
  if (rest.length === 0 || !last) return read;
  const begins = breakBytes(rest, 0);
  const ends = endOfLine(rest, begins);
  const line = read.nextLine + breaksIn(rest, 0, begins);
  const after = csvRows(rest.subarray(ends), line + breaksIn(rest, begins, ends), true);
  return { ...after, rows: [...read.rows, { line, fields: undefined }, ...after.rows] };
}

function readWhole(text: Buffer, firstLine: number): ReadRows {
  const rows: CsvRow[] = [];
  let [end, nextLine] = [0, firstLine];
  const add = (fields: string[], { bytes }: InfoRecord) => {
    const begins = end + breakBytes(text, end);
    const line = nextLine + breaksIn(text, end, begins);
    rows.push({ line, fields });
    nextLine = line + breaksIn(text, begins, bytes);
    end = bytes;
    return null;
  };
  try {
    parse(text, {
      // People write 27" and mean inches.
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      on_record: add,
    });
  } catch (error) {
    if (!(error instanceof CsvError) || error.code !== 'CSV_QUOTE_NOT_CLOSED') throw error;
    return { rows, nextLine, rest: text.subarray(end) };
  }
  return { rows, nextLine: nextLine + breaksIn(text, end, text.length), rest: Buffer.alloc(0) };
}

/** How many bytes from here on are nothing but ends of lines. */
function breakBytes(text: Buffer, from: number): number {
  let at = from;
  while (text[at] === LINE_FEED || text[at] === CARRIAGE_RETURN) at += 1;
  return at - from;
}

/** Behind the first end of a line. */
function endOfLine(text: Buffer, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === LINE_FEED) return at + 1;
    if (text[at] === CARRIAGE_RETURN) return text[at + 1] === LINE_FEED ? at + 2 : at + 1;
  }
  return text.length;
}

function breaksIn(text: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) {
    if (text[at] === LINE_FEED || (text[at] === CARRIAGE_RETURN && text[at + 1] !== LINE_FEED)) count += 1;
  }
  return count;
}
