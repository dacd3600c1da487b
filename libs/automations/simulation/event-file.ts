import { isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileTooLarge } from './simulation.errors.js';

/** Millions of events. */
const MOST_BYTES = 2 * 1024 ** 3;
/** As much as a whole request of JSON may have. */
const LONGEST_LINE = 5 * 1024 ** 2;
const NEWLINE = 0x0a;

/** A line that came in. */
export interface KeptLine {
  /** To read it again by. */
  place: number;
  /** Of the body it came in, whose first line was another. */
  line: number;
  /** What it says; undefined where it is no JSON. */
  value: unknown;
}

/** Lines of JSON that lie on disk while they are needed, and are read again one by one. Nobody else can see them. */
export class EventFile {
  private readonly offsets: number[] = [];
  private readonly lengths: number[] = [];

  private constructor(private readonly handle: FileHandle) {}

  static async open(): Promise<EventFile> {
    const directory = await mkdtemp(join(tmpdir(), 'tsunagi-simulation-'));
    try {
      return new EventFile(await open(join(directory, 'events'), 'wx+', 0o600));
    } finally {
      // An open file without a name is gone when the process is, however that ends.
      await rm(directory, { recursive: true });
    }
  }

  /** Writes lines down as they come, and tells each. @throws AppError 413 */
  async *keep(chunks: AsyncIterable<Buffer>): AsyncGenerator<KeptLine> {
    let rest: Buffer = Buffer.alloc(0);
    let offset = 0;
    let line = 1;
    for await (const chunk of chunks) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        line += 1;
        const kept = this.add(bytes.subarray(from, end), offset + from, line);
        if (kept) yield kept;
        from = end + 1;
      }
      await this.handle.write(bytes, 0, from);
      offset += from;
      rest = bytes.subarray(from);
      if (offset > MOST_BYTES || rest.length > LONGEST_LINE) throw fileTooLarge(MOST_BYTES);
    }
    await this.handle.write(rest);
    const last = this.add(rest, offset, line + 1);
    if (last) yield last;
  }

  /** The value of a line. */
  read(place: number): unknown {
    const bytes = Buffer.allocUnsafe(this.lengths[place]!);
    readSync(this.handle.fd, bytes, 0, bytes.length, this.offsets[place]!);
    return JSON.parse(bytes.toString());
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private add(bytes: Buffer, offset: number, line: number): KeptLine | undefined {
    const text = isUtf8(bytes) ? bytes.toString() : undefined;
    if (text?.trim() === '') return undefined;
    const place = this.offsets.push(offset) - 1;
    this.lengths.push(bytes.length);
    return { place, line, value: text === undefined ? undefined : parsed(text) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
