import { CsvError, parse, type InfoRecord } from 'csv-parse';
import { MOST_ROW_BYTES, notReadable, type FeedRow } from './feed-row.js';
import { missingColumn } from './google-product.js';
import type { Places } from './places.js';

/** The rows of a CSV or TSV file whose first line names the columns. @throws BrokenFeed behind the last row before it */
export async function* delimitedRows(
  slices: AsyncIterable<Buffer>,
  delimiter: ',' | '\t',
  places: Places,
): AsyncGenerator<FeedRow> {
  const rows = new DelimitedRows(places);
  const parser = parse({
    delimiter,
    bom: true,
    // Shops write 27" and mean inches.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: MOST_ROW_BYTES,
    // Nothing is left for the stream to hand on, so it never waits for a reader.
    on_record: (record: string[], info) => rows.add(record, info),
  });
  // Told to whoever writes, too.
  parser.on('error', () => undefined);
  try {
    for await (const slice of slices) {
      const error = await written((done) => parser.write(slice, done));
      yield* rows.taken();
      if (error) throw rows.broken(error);
    }
  } catch (error) {
    // It looks some bytes ahead, and holds back what stands before them.
    await written((done) => parser.end(done));
    yield* rows.taken();
    throw error;
  }
  const error = await written((done) => parser.end(done));
  yield* rows.taken();
  if (error) throw rows.broken(error);
  if (!rows.columns) throw notReadable(1, 'The file is empty.');
}

function written(write: (done: (error?: Error | null) => void) => void): Promise<Error | undefined> {
  return new Promise((done) => write((error) => done(error ?? undefined)));
}

class DelimitedRows {
  columns?: string[];
  private rows: FeedRow[] = [];
  private prologue = 0;
  /** End of the last record in what is read. */
  private read = 0;

  constructor(private readonly places: Places) {}

  add(record: string[], { bytes }: InfoRecord): null {
    const line = this.places.contentLineAt(this.read);
    this.read = bytes;
    if (this.columns) this.rows.push(this.rowOf(record, this.columns, line));
    else this.columns = this.columnsOf(record, line);
    return null;
  }

  taken(): FeedRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  broken(error: Error): Error {
    if (!(error instanceof CsvError)) return error;
    const line = this.places.contentLineAt(this.read);
    const { code } = error;
    if (code === 'CSV_QUOTE_NOT_CLOSED') return notReadable(line, 'A quotation mark in the row here is never closed.');
    if (code !== 'CSV_MAX_RECORD_SIZE') return notReadable(line, `The row here cannot be read: ${code}.`);
    return notReadable(line, `The row here is longer than ${MOST_ROW_BYTES} bytes; is a quotation mark left open?`);
  }

  private columnsOf(record: string[], line: number): string[] {
    const columns = record.map(nameOf);
    const missing = missingColumn(columns);
    if (missing) throw notReadable(line, `The first line names no column "${missing}".`);
    this.prologue = this.places.offsetOf(this.read);
    return columns;
  }

  private rowOf(record: string[], columns: string[], line: number): FeedRow {
    const [end, lineAfter] = [this.places.offsetOf(this.read), this.places.lineAt(this.read)];
    const row = { line, end, lineAfter, prologue: this.prologue, fields: fieldsOf(record, columns) };
    if (record.length === columns.length) return row;
    const detail = `has ${record.length} fields where the first line has ${columns.length}`;
    return { ...row, refusal: { code: 'products.wrong_number_of_fields', detail } };
  }
}

function fieldsOf(record: string[], columns: string[]): Map<string, string> {
  const fields = new Map<string, string>();
  columns.forEach((name, at) => {
    const value = record[at];
    if (value !== undefined && !fields.has(name)) fields.set(name, value);
  });
  return fields;
}

/** `g:Image Link` and `image_link` are one column. */
function nameOf(header: string): string {
  return header
    .trim()
    .toLowerCase()
    .replace(/^g:/, '')
    .replace(/[\s-]+/g, '_');
}
