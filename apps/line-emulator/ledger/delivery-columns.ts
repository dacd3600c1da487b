const nobody = 0;

/**
 * One row per message and addressee, in columns: 13 bytes each, so five million deliveries are 65 MB. The rows of one
 * send lie side by side; the rows of one person are chained from the newest to the oldest.
 */
export class DeliveryColumns {
  private user = new Uint32Array(1024);
  private send = new Uint32Array(1024);
  private outcome = new Uint8Array(1024);
  // Both hold row + 1, so that zero means none.
  private older = new Uint32Array(1024);
  private newestOf = new Uint32Array(1024);
  length = 0;

  add(user: number, send: number, outcome: number): void {
    const row = this.length++;
    if (row === this.user.length) this.grow();
    if (user >= this.newestOf.length)
      this.newestOf = enlarged(this.newestOf, Math.max(user + 1, this.newestOf.length * 2));
    this.user[row] = user;
    this.send[row] = send;
    this.outcome[row] = outcome;
    this.older[row] = this.newestOf[user] ?? nobody;
    this.newestOf[user] = row + 1;
  }

  userOf(row: number): number {
    return this.user[row] ?? 0;
  }

  sendOf(row: number): number {
    return this.send[row] ?? 0;
  }

  outcomeOf(row: number): number {
    return this.outcome[row] ?? 0;
  }

  /** Rows of one person, newest first. */
  *rowsOf(user: number): Generator<number> {
    for (let next = this.newestOf[user] ?? nobody; next !== nobody; next = this.older[next - 1] ?? nobody)
      yield next - 1;
  }

  private grow(): void {
    const size = this.user.length * 2;
    this.user = enlarged(this.user, size);
    this.send = enlarged(this.send, size);
    this.older = enlarged(this.older, size);
    const outcome = new Uint8Array(size);
    outcome.set(this.outcome);
    this.outcome = outcome;
  }
}

function enlarged(column: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(size);
  grown.set(column);
  return grown;
}
