import { Injectable } from '@nestjs/common';
import { asUuid, invalid, newId, notFound, type Scope } from '#kernel';
import { Database } from '#database';
import { Jobs } from '#jobs';
import type { LineChannelClient, LineLoginClient } from '#line';
import { Audit } from '#audit';
import type { CreateChannelDto, LoginChannelDto, UpdateChannelDto } from './channels.dto.js';
import { alreadyConnected, channelInUse } from './channels.errors.js';
import { channelDeleted } from './channels.jobs.js';
import { ChannelsRepository, type Channel, type ChannelWrite } from './channels.repository.js';
import { Credentials } from './credentials.js';
import { LineAccount } from './line-account.js';

/** Something of an upper floor that needs a channel. */
export interface ChannelReferrer {
  kind: string;
  id: string;
  name: string;
}

export type FindChannelReferrers = (scope: Scope, channelId: string) => Promise<ChannelReferrer[]>;

/** The LINE channels of a workspace and the right to speak for them. */
@Injectable()
export class Channels {
  private readonly findReferrers: FindChannelReferrers[] = [];

  constructor(
    private readonly repository: ChannelsRepository,
    private readonly credentials: Credentials,
    private readonly line: LineAccount,
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

  /** @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<Channel> {
    const channel = asUuid(id) ? await this.repository.find(scope, id) : undefined;
    if (!channel) throw notFound('channel');
    return channel;
  }

  async exists(scope: Scope, id: string): Promise<boolean> {
    return asUuid(id) !== undefined && (await this.repository.find(scope, id)) !== undefined;
  }

  /** Speaks for the channel at LINE, with its credentials of this moment. @throws AppError 404 */
  async client(scope: Scope, id: string): Promise<LineChannelClient> {
    return this.line.client(scope, id);
  }

  /** Speaks for the Login channel beside it; undefined where none is set. @throws AppError 404 */
  async loginClient(scope: Scope, id: string): Promise<LineLoginClient | undefined> {
    return this.line.loginClient(scope, id);
  }

  /** The account's name with an @, by which it is added as a friend; undefined while LINE cannot be asked. */
  async basicId(scope: Scope, id: string): Promise<string | undefined> {
    return this.line.basicId(scope, id);
  }

  /** The workspace of a channel, for what comes in by the channel's id alone; undefined for an unknown one. */
  async workspaceOf(id: string): Promise<string | undefined> {
    return asUuid(id) ? this.repository.workspaceOf(null, id) : undefined;
  }

  /** In the order they were made. @param after the id of the last one seen */
  async list(scope: Scope, limit: number, after?: string): Promise<Channel[]> {
    return this.repository.list(scope, limit, after);
  }

  /** @throws AppError 400 when LINE refuses the token, 502 or 503 when it cannot be asked, 409 when it is here already */
  async create(scope: Scope, dto: CreateChannelDto): Promise<Channel> {
    const existing = await this.repository.idOfLineChannel(scope, dto.lineChannelId);
    if (existing) throw alreadyConnected(existing);
    const botUserId = dto.verify === false ? null : await this.line.verify(dto.accessToken);
    const id = newId();
    const now = scope.clock.now();
    const channel: ChannelWrite = {
      id,
      name: dto.name,
      lineChannelId: dto.lineChannelId,
      channelSecret: this.credentials.seal(scope, id, 'channel_secret', dto.channelSecret),
      accessToken: this.credentials.seal(scope, id, 'access_token', dto.accessToken),
      ...this.sealedLogin(scope, id, dto.login),
      botUserId,
      verifiedAt: botUserId === null ? null : now,
      refusedAt: null,
      createdAt: now,
    };
    return this.db.transaction(scope, async () => {
      if (!(await this.repository.insert(scope, channel))) {
        throw alreadyConnected((await this.repository.idOfLineChannel(scope, dto.lineChannelId))!);
      }
      await this.audit.record(scope, 'channels.created', `channels/${id}`, { name: dto.name });
      return this.get(scope, id);
    });
  }

  /** @throws AppError as for `create`, and 400 for the token of another account */
  async update(scope: Scope, id: string, dto: UpdateChannelDto): Promise<Channel> {
    const { lineChannelId } = await this.get(scope, id);
    if (dto.lineChannelId !== undefined && dto.lineChannelId !== lineChannelId) {
      throw invalid([{ path: '/lineChannelId', detail: 'cannot be changed: another LINE channel is another channel' }]);
    }
    const asked = dto.accessToken !== undefined && dto.verify !== false;
    const botUserId = asked ? await this.line.verify(dto.accessToken!) : null;
    return this.db.transaction(scope, async () => {
      const channel = await this.repository.claim(scope, id);
      if (!channel) throw notFound('channel');
      if (botUserId && channel.botUserId && botUserId !== channel.botUserId) {
        throw invalid([{ path: '/accessToken', detail: 'belongs to another LINE account' }]);
      }
      await this.repository.update(scope, this.changed(scope, channel, dto, botUserId));
      await this.audit.record(scope, 'channels.updated', `channels/${id}`, { fields: Object.keys(dto) });
      return this.get(scope, id);
    });
  }

  /** Ends everything that ran over the channel; its history stays. @throws AppError 409 while something needs it */
  async delete(scope: Scope, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const channel = asUuid(id) ? await this.repository.claim(scope, id) : undefined;
      if (!channel) throw notFound('channel');
      const found = await Promise.all(this.findReferrers.map((find) => find(scope, id)));
      if (found.flat().length > 0) throw channelInUse(found.flat());
      await this.repository.delete(scope, id, scope.clock.now());
      await this.jobs.announce(scope, channelDeleted, { workspaceId: scope.workspaceId, channelId: id });
      await this.audit.record(scope, 'channels.deleted', `channels/${id}`, { name: channel.name });
    });
  }

  /** LINE answered 401 or 403: nothing more is sent until an operator gives new credentials. */
  async markRefused(scope: Scope, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      if (!(await this.repository.markRefused(scope, id, scope.clock.now()))) return;
      await this.audit.record(scope, 'channels.refused_by_line', `channels/${id}`);
    });
  }

  /** Lets an upper floor say what of its own needs a channel, so that it is not deleted under it. */
  registerReferrer(find: FindChannelReferrers): void {
    this.findReferrers.push(find);
  }

  private changed(scope: Scope, before: ChannelWrite, dto: UpdateChannelDto, botUserId: string | null): ChannelWrite {
    const { id } = before;
    const { name, channelSecret, accessToken, login } = dto;
    return {
      ...before,
      ...(name !== undefined && { name }),
      ...(channelSecret !== undefined && {
        channelSecret: this.credentials.seal(scope, id, 'channel_secret', channelSecret),
      }),
      // A new token is a new start: what LINE said about the old one no longer counts.
      ...(accessToken !== undefined && {
        accessToken: this.credentials.seal(scope, id, 'access_token', accessToken),
        botUserId: botUserId ?? before.botUserId,
        verifiedAt: botUserId === null ? null : scope.clock.now(),
        refusedAt: null,
      }),
      ...(login !== undefined && this.sealedLogin(scope, id, login)),
    };
  }

  private sealedLogin(scope: Scope, id: string, login: LoginChannelDto | null | undefined) {
    return {
      loginChannelId: login?.channelId ?? null,
      loginChannelSecret: login ? this.credentials.seal(scope, id, 'login_channel_secret', login.channelSecret) : null,
    };
  }
}
