import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const LINK_ROLES = ['contractor', 'user', 'member'] as const;
export type LinkRole = (typeof LINK_ROLES)[number];

/** How a link came about; `import`: another system had made it. */
export const LINK_ROUTES = ['login', 'account_link', 'site_login', 'user_code', 'import'] as const;
export type LinkRoute = (typeof LINK_ROUTES)[number];

export const END_REASONS = [
  /** By an operator or the API. */
  'unlinked',
  /** By the LINE user, on the page. */
  'unlinked_on_page',
  /** By the LINE user, in the talk, where they are answered. */
  'unlinked_in_talk',
  /** The member's data were erased. */
  'erased',
  /** It went to another LINE user of the same member. */
  'taken_over',
  /** It went back to the LINE user it had been taken over from. */
  'takeover_undone',
  'channel_deleted',
] as const;
export type EndReason = (typeof END_REASONS)[number];

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

  @Column('text')
  route: LinkRoute;

  /** The consent it was made with, if one was asked for. */
  @Column('bigint', { name: 'consent_id', nullable: true })
  consentId: string | null;

  @Column('timestamptz', { name: 'linked_at' })
  linkedAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: EndReason | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
