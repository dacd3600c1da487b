import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is known of a member beside the summary; no row for a member known by an event or a link only. */
@Entity('member_profiles')
export class MemberProfileRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @Column('date', { name: 'birth_date', nullable: true })
  birthDate: string | null;

  @Column('text', { nullable: true })
  email: string | null;

  @Column('text', { nullable: true })
  phone: string | null;

  @Column('jsonb')
  attributes: object;
}
