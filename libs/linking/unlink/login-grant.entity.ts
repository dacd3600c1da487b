import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * `kept` while a link needs it, `owed`: LINE is to be told that it ends, `done`: LINE knows, `impossible`: nobody can tell
 * LINE any more.
 */
export type GrantState = 'kept' | 'owed' | 'done' | 'impossible';

/** A LINE user's consent to our Login channel. Written and read by SQL only. */
@Entity('login_grants')
export class LoginGrantRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'line_user_id' })
  lineUserId: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  /** Encrypted tokens; null once nobody needs them. */
  @Column('bytea', { nullable: true })
  tokens: Buffer | null;

  @Column('timestamptz', { name: 'access_expires_at' })
  accessExpiresAt: Date;

  /** After it the refresh token has ended too. */
  @Column('timestamptz', { name: 'refresh_expires_at' })
  refreshExpiresAt: Date;

  @Column('text')
  state: GrantState;

  /** Why it is impossible. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** Rises with every new consent: what was begun with an older one writes nothing. */
  @Column('integer', { default: 1 })
  version: number;

  /** Times LINE could not be told. */
  @Column('integer', { default: 0 })
  tries: number;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt: Date | null;
}
