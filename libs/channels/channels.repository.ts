import { Injectable } from '@nestjs/common';
import type { WorkspaceRef } from '#kernel';
import { Database, sql } from '#database';
import type { SealedCredentials, SealedLogin } from './credentials.js';

/** A LINE channel of a workspace, without its credentials. */
export interface Channel {
  id: string;
  name: string;
  /** The id that LINE's console shows. */
  lineChannelId: string;
  loginChannelId: string | null;
  /** `U…` of the account itself, the `destination` of its webhooks; null until it is verified. */
  botUserId: string | null;
  verifiedAt: Date | null;
  /** Since when LINE refuses the credentials; nothing is sent until they are renewed. */
  refusedAt: Date | null;
  createdAt: Date;
}

/** Everything of a channel that can be written, credentials encrypted. */
export interface ChannelWrite extends Channel, SealedCredentials {
  loginChannelSecret: Buffer | null;
}

const columns = sql`id, name, line_channel_id as "lineChannelId", login_channel_id as "loginChannelId",
  bot_user_id as "botUserId", verified_at as "verifiedAt", refused_at as "refusedAt", created_at as "createdAt"`;

@Injectable()
export class ChannelsRepository {
  constructor(private readonly db: Database) {}

  /** The workspace of a channel that is not deleted. */
  async workspaceOf(scope: null, channelId: string): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ workspace: string }>(
      scope,
      sql`select workspace_id as workspace from lookup_channel_workspace(${channelId})`,
    );
    return row?.workspace;
  }

  async find(scope: WorkspaceRef, id: string): Promise<Channel | undefined> {
    return this.db.maybeOne<Channel>(
      scope,
      sql`select ${columns} from channels
           where workspace_id = ${scope.workspaceId} and id = ${id} and deleted_at is null`,
    );
  }

  async sealed(scope: WorkspaceRef, id: string): Promise<SealedCredentials | undefined> {
    return this.db.maybeOne<SealedCredentials>(
      scope,
      sql`select id, channel_secret as "channelSecret", access_token as "accessToken" from channels
           where workspace_id = ${scope.workspaceId} and id = ${id} and deleted_at is null`,
    );
  }

  async sealedLogin(scope: WorkspaceRef, id: string): Promise<SealedLogin | undefined> {
    return this.db.maybeOne<SealedLogin>(
      scope,
      sql`select id, login_channel_id as "loginChannelId", login_channel_secret as "loginChannelSecret" from channels
           where workspace_id = ${scope.workspaceId} and id = ${id} and deleted_at is null`,
    );
  }

  /** Takes the channel for a change; undefined where there is none. */
  async claim(scope: WorkspaceRef, id: string): Promise<ChannelWrite | undefined> {
    return this.db.maybeOne<ChannelWrite>(
      scope,
      sql`select ${columns}, channel_secret as "channelSecret", access_token as "accessToken",
                 login_channel_secret as "loginChannelSecret" from channels
           where workspace_id = ${scope.workspaceId} and id = ${id} and deleted_at is null for update`,
    );
  }

  async basicId(scope: WorkspaceRef, id: string): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ basicId: string | null }>(
      scope,
      sql`select basic_id as "basicId" from channels where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
    return row?.basicId ?? undefined;
  }

  async setBasicId(scope: WorkspaceRef, id: string, basicId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update channels set basic_id = ${basicId} where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** In the order they were made. @param after the id of the last one seen */
  async list(scope: WorkspaceRef, limit: number, after: string | undefined): Promise<Channel[]> {
    return this.db.query<Channel>(
      scope,
      sql`select ${columns} from channels
           where workspace_id = ${scope.workspaceId} and deleted_at is null
             and (${after ?? null}::uuid is null or id > ${after ?? null}::uuid)
           order by id limit ${limit}`,
    );
  }

  async idOfLineChannel(scope: WorkspaceRef, lineChannelId: string): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ id: string }>(
      scope,
      sql`select id from channels
           where workspace_id = ${scope.workspaceId} and line_channel_id = ${lineChannelId} and deleted_at is null`,
    );
    return row?.id;
  }

  /** @returns false, without effect, where its LINE channel is connected already */
  async insert(scope: WorkspaceRef, channel: ChannelWrite): Promise<boolean> {
    const written = await this.db.execute(
      scope,
      sql`insert into channels (workspace_id, id, name, line_channel_id, channel_secret, access_token, login_channel_id,
                                login_channel_secret, bot_user_id, verified_at, created_at)
          values (${scope.workspaceId}, ${channel.id}, ${channel.name}, ${channel.lineChannelId},
                  ${channel.channelSecret}, ${channel.accessToken}, ${channel.loginChannelId},
                  ${channel.loginChannelSecret}, ${channel.botUserId}, ${channel.verifiedAt}, ${channel.createdAt})
          on conflict (workspace_id, line_channel_id) where deleted_at is null do nothing`,
    );
    return written === 1;
  }

  async update(scope: WorkspaceRef, channel: ChannelWrite): Promise<void> {
    await this.db.execute(
      scope,
      sql`update channels
             set name = ${channel.name}, channel_secret = ${channel.channelSecret},
                 access_token = ${channel.accessToken}, login_channel_id = ${channel.loginChannelId},
                 login_channel_secret = ${channel.loginChannelSecret}, bot_user_id = ${channel.botUserId},
                 verified_at = ${channel.verifiedAt}, refused_at = ${channel.refusedAt}
           where workspace_id = ${scope.workspaceId} and id = ${channel.id}`,
    );
  }

  /** @returns false where it was marked before */
  async markRefused(scope: WorkspaceRef, id: string, at: Date): Promise<boolean> {
    const marked = await this.db.execute(
      scope,
      sql`update channels set refused_at = ${at}
           where workspace_id = ${scope.workspaceId} and id = ${id} and refused_at is null and deleted_at is null`,
    );
    return marked === 1;
  }

  /** Leaves what history needs, without the credentials. */
  async delete(scope: WorkspaceRef, id: string, at: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update channels set deleted_at = ${at}, channel_secret = null, access_token = null, login_channel_secret = null
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }
}
