/**
 * Somebody else has stored, since this batch was screened, what it was about to store. Begun anew it sees what they
 * did. Where that cannot be (the caller's own transaction is open) it is the caller who begins anew, by the code that
 * Postgres uses for the same thing.
 */
export class Conflict extends Error {
  override readonly name = 'Conflict';
  readonly code = '40001';

  constructor() {
    super('Another transaction has stored the same; begin anew.');
  }
}
