import { jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Database, sql, type Sql } from '#database';
import type { WorkspaceRef } from '#kernel';

interface PlanNode {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  Plans?: PlanNode[];
}

/** What statements cost, on any machine. */
@Injectable()
export class PlansRepository {
  constructor(private readonly db: Database) {}

  /**
   * How many rows all nodes of a plan went through together. The first statement of `work` that begins so is executed to be
   * explained; whoever asked for it is told of one row written, or of none found.
   */
  async rowsGoneThrough(scope: WorkspaceRef, beginning: string, work: () => Promise<unknown>): Promise<number> {
    let rows: number | undefined;
    const explaining =
      <T>(original: (whose: WorkspaceRef | null, statement: Sql) => Promise<T>, told: unknown) =>
      async (whose: WorkspaceRef | null, statement: Sql): Promise<never> => {
        const isIt = whose?.workspaceId === scope.workspaceId && statement.text.startsWith(beginning);
        if (!isIt || rows !== undefined) return (await original(whose, statement)) as never;
        rows = -1;
        const explained = await this.db.one<Explained>(whose, sql`explain (analyze, format json) ${statement}`);
        rows = rowsOf(explained['QUERY PLAN'][0].Plan);
        return told as never;
      };
    const { db } = this;
    const execute = explaining(db.execute.bind(db), 1);
    const query = explaining(db.query.bind(db), []);
    const spies = [
      jest.spyOn(db, 'execute').mockImplementation(execute),
      jest.spyOn(db, 'query').mockImplementation(query),
    ];
    try {
      await work();
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    if (rows === undefined) throw new Error(`There was no statement that begins with "${beginning}".`);
    return rows;
  }
}

interface Explained {
  'QUERY PLAN': [{ Plan: PlanNode }];
}

function rowsOf({ Plans = [], ...node }: PlanNode): number {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0);
  return (node['Actual Rows'] + removed) * node['Actual Loops'] + Plans.reduce((sum, plan) => sum + rowsOf(plan), 0);
}
