/** Thrown by a handler that wants to run again later: its row becomes due then, and no attempt is counted. */
export class RetryAfter extends Error {
  override readonly name = 'RetryAfter';

  /** @param why for people who look at the row, without personal data */
  constructor(
    readonly milliseconds: number,
    readonly why?: string,
  ) {
    super(why ?? `Again in ${milliseconds} ms.`);
  }
}
