const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** How far a reader had got. */
export interface Progress {
  /** Bytes at the beginning of the file that it has to read again. */
  prologue: number;
  /** Byte of the file at which it goes on; 0 at the very beginning. */
  offset: number;
  /** Line of the file at `offset`, from 1. */
  line: number;
}

export const FROM_THE_BEGINNING: Progress = { prologue: 0, offset: 0, line: 1 };

/**
 * Where in the file something stands, from where it stands in what is read. Both are the same until the end of the
 * prologue, behind which a reader that goes on reads from its offset.
 */
export class Places {
  private readonly slices: Buffer[] = [];
  /** In what is read: where the first slice begins, and how far lines are counted. */
  private sliceStart = 0;
  private counted = 0;
  private line = 1;

  constructor(private readonly progress: Progress) {}

  /** The next bytes of what is read. */
  add(slice: Buffer): void {
    this.slices.push(slice);
  }

  /** Byte of the file. @param read byte of what is read */
  offsetOf(read: number): number {
    const { prologue, offset } = this.progress;
    return offset === 0 || read <= prologue ? read : read - prologue + offset;
  }

  /** Line of the file; to be asked from the front to the back. @param read byte of what is read */
  lineAt(read: number): number {
    const { prologue, offset, line } = this.progress;
    if (offset > 0 && this.counted < prologue && read >= prologue) {
      this.countTo(prologue);
      this.line = line;
    }
    this.countTo(read);
    return this.line;
  }

  /** The same, behind line ends that follow there. */
  contentLineAt(read: number): number {
    this.lineAt(read);
    for (let next = this.byteAt(this.counted); next === LINE_FEED || next === CARRIAGE_RETURN;) {
      this.countTo(this.counted + 1);
      next = this.byteAt(this.counted);
    }
    return this.line;
  }

  private countTo(read: number): void {
    while (this.counted < read) {
      const slice = this.slices[0];
      if (!slice) return;
      const end = Math.min(read, this.sliceStart + slice.length);
      this.line += lineFeeds(slice, this.counted - this.sliceStart, end - this.sliceStart);
      this.counted = end;
      if (end === this.sliceStart + slice.length) {
        this.slices.shift();
        this.sliceStart = end;
      }
    }
  }

  private byteAt(read: number): number | undefined {
    let at = read - this.sliceStart;
    for (const slice of this.slices) {
      if (at < slice.length) return slice[at];
      at -= slice.length;
    }
    return undefined;
  }
}

/** How many lines end between two bytes of a slice. */
function lineFeeds(slice: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = slice.indexOf(LINE_FEED, from); at >= 0 && at < to; at = slice.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
