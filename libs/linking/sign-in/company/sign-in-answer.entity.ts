import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An answer of the company's own sign-in that has been taken, so that it is not taken again. */
@Entity('sign_in_answers')
@Index('sign_in_answers_by_end', ['workspaceId', 'expiresAt'])
export class SignInAnswerRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'text', collation: 'C' })
  jti: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
