import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';

@Injectable()
export class HealthRepository {
  constructor(private readonly db: Database) {}

  /** Fails where the database does not answer. */
  async ping(scope: null): Promise<void> {
    await this.db.query(scope, sql`select 1`);
  }
}
