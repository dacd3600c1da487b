import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What acting on events needs: reading a member's events again, and values of the event in what is sent because of it. */
export class EventFacts0014 implements MigrationInterface {
  readonly name = 'EventFacts0000000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A member's events in the order of their arrival; behind them, without a member, those of nobody.
      CREATE INDEX events_by_member ON events (workspace_id, member_id, seq);
      -- By member id as text: values of variables that only this person has in this send, such as those of an event.
      ALTER TABLE audiences ADD values jsonb;
      -- A content that LINE has taken on a channel need not be asked about again for every few people.
      CREATE INDEX sends_by_content ON sends (workspace_id, channel_id, content_hash, checked_at)
        WHERE checked_at IS NOT NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
