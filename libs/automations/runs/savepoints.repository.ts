import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';

@Injectable()
export class SavepointsRepository {
  constructor(private readonly db: Database) {}

  /**
   * Work inside the ambient transaction that leaves nothing behind where it throws, while the rest of it stands.
   * @throws what the work throws
   */
  async attempt<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    await this.db.execute(scope, sql`savepoint journeys`);
    try {
      const result = await work();
      await this.db.execute(scope, sql`release savepoint journeys`);
      return result;
    } catch (error) {
      await this.db.execute(scope, sql`rollback to savepoint journeys`);
      throw error;
    }
  }
}
