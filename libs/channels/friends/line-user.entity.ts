import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type FriendState = 'friend' | 'blocked' | 'none';

/** A person seen through one channel. */
@Entity('line_users')
@Index('line_users_by_user_id', ['workspaceId', 'channelId', 'userId'], { unique: true })
export class LineUserRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  /** `U…`, as LINE writes it. */
  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId: string;

  @Column('text', { name: 'friend_state', default: 'none' })
  friendState: FriendState;

  /** Links that were ever made of it, by linking: only with several can it be reached by way of several members. */
  @Column('integer', { name: 'links_made', default: 0 })
  linksMade: number;

  /** When LINE's newest word about it happened; null while only beliefs are known. */
  @Column('timestamptz', { name: 'friend_state_at', nullable: true })
  friendStateAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
