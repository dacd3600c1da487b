import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When an opt-out was told, which may be long after it was declared elsewhere. */
export class ToldOptOuts0034 implements MigrationInterface {
  readonly name = 'ToldOptOuts0000000000034';

  async up(runner: QueryRunner): Promise<void> {
    // Null of what was told before.
    await runner.query('ALTER TABLE member_opt_outs ADD recorded_at timestamptz');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
