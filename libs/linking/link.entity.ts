import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const LINK_ROLES = ['contractor', 'user', 'member'] as const;
export type LinkRole = (typeof LINK_ROLES)[number];

/** That a member is a LINE user, in a role; ended ones stay. Written and read by SQL only. */
@Entity('links')
@Index('links_live', { synchronize: false })
@Index('links_by_member', ['workspaceId', 'memberId', 'id'])
@Index('links_by_channel', { synchronize: false })
@Index('links_by_line_user', { synchronize: false })
export class LinkRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('bigint', { name: 'member_id' })
  memberId: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('bigint', { name: 'line_user_id' })
  lineUserId: string;

  @Column('text')
  role: LinkRole;

  /** How it came about; `import`: another system had made it. */
  @Column('text')
  route: string;

  @Column('timestamptz', { name: 'linked_at' })
  linkedAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
