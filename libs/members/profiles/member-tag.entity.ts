import { Entity, Index, PrimaryColumn } from 'typeorm';

/** One tag of one member. */
@Entity('member_tags')
@Index('member_tags_by_tag', { synchronize: false })
export class MemberTagRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn({ type: 'text', collation: 'C' })
  tag: string;
}
