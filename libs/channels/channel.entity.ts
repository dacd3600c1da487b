import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One LINE channel of a workspace. */
@Entity('channels')
@Index('channels_by_id', ['id'], { unique: true })
@Index('channels_by_line_channel', { synchronize: false })
export class ChannelRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'line_channel_id' })
  lineChannelId: string;

  @Column('bytea', { name: 'channel_secret', nullable: true })
  channelSecret: Buffer | null;

  @Column('bytea', { name: 'access_token', nullable: true })
  accessToken: Buffer | null;

  @Column('text', { name: 'login_channel_id', nullable: true })
  loginChannelId: string | null;

  @Column('bytea', { name: 'login_channel_secret', nullable: true })
  loginChannelSecret: Buffer | null;

  @Column('text', { name: 'bot_user_id', nullable: true })
  botUserId: string | null;

  /** `@…`; null until somebody needed it. */
  @Column('text', { name: 'basic_id', nullable: true })
  basicId: string | null;

  @Column('timestamptz', { name: 'verified_at', nullable: true })
  verifiedAt: Date | null;

  @Column('timestamptz', { name: 'refused_at', nullable: true })
  refusedAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;
}
