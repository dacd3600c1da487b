import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isolateByWorkspace } from '../row-level-security.js';

/** A member's attention under the caps of the workspace. */
export class Attention0030 implements MigrationInterface {
  readonly name = 'Attention0000000000030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One message that a member is sent or may be: what caps count.
      CREATE TABLE attention_slots (
        workspace_id uuid NOT NULL REFERENCES workspaces,
        member_id bigint NOT NULL,
        send_id uuid NOT NULL,
        class text NOT NULL,
        -- the send's declared value: a higher one takes the slot of a lower one that has not been used
        value integer NOT NULL,
        -- when it was taken, then when its request left
        at timestamptz NOT NULL,
        used boolean NOT NULL DEFAULT false,
        PRIMARY KEY (workspace_id, member_id, send_id)
      );
      CREATE INDEX attention_slots_by_send ON attention_slots (workspace_id, send_id, member_id);
      -- Planned under caps: whoever of it has no slot any more is not sent to.
      ALTER TABLE sends ADD COLUMN capped boolean NOT NULL DEFAULT false;
    `);
    await isolateByWorkspace(runner, 'attention_slots');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
