import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often a LINE user, or a whole workspace (0), has typed a wrong code. Written and read by SQL only. */
@Entity('code_failures')
export class CodeFailureRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'line_user_id' })
  lineUserId: string;

  @Column('integer')
  failures: number;

  @Column('timestamptz', { name: 'failed_at' })
  failedAt: Date;
}
