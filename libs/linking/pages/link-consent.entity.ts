import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Lang } from './language.js';

/** What somebody agreed to before linking, to the letter. */
@Entity('link_consents')
@Index('link_consents_by_member', ['workspaceId', 'memberId', 'id'])
export class LinkConsentRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('bigint', { name: 'member_id' })
  memberId: string;

  @Column('bigint', { name: 'line_user_id' })
  lineUserId: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  /** Hash of the wording. */
  @Column('text')
  version: string;

  @Column('text')
  text: string;

  @Column('text', { name: 'privacy_policy_url', nullable: true })
  privacyPolicyUrl: string | null;

  @Column('text')
  lang: Lang;

  @Column('timestamptz', { name: 'consented_at' })
  consentedAt: Date;
}
