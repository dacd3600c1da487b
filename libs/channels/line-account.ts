import { Injectable } from '@nestjs/common';
import { notFound, type Scope } from '#kernel';
import { LineClients, LineLoginClients, type LineChannelClient, type LineLoginClient } from '#line';
import { credentialsRefused, lineBusy, lineUnreachable } from './channels.errors.js';
import { ChannelsRepository } from './channels.repository.js';
import { Credentials } from './credentials.js';

/** The LINE accounts behind channels. */
@Injectable()
export class LineAccount {
  constructor(
    private readonly clients: LineClients,
    private readonly logins: LineLoginClients,
    private readonly repository: ChannelsRepository,
    private readonly credentials: Credentials,
  ) {}

  /** Speaks for a channel of the workspace. @throws AppError 404 */
  async client(scope: Scope, channelId: string): Promise<LineChannelClient> {
    const sealed = await this.repository.sealed(scope, channelId);
    if (!sealed) throw notFound('channel');
    return this.clients.channel(this.credentials.accessToken(scope, sealed));
  }

  /** Undefined where no Login channel is set. @throws AppError 404 */
  async loginClient(scope: Scope, channelId: string): Promise<LineLoginClient | undefined> {
    const sealed = await this.repository.sealedLogin(scope, channelId);
    if (!sealed) throw notFound('channel');
    const login = this.credentials.loginChannel(scope, sealed);
    return login && this.logins.channel(login);
  }

  /** The account's name with an @; undefined while LINE cannot be asked. It never changes, so it is asked once. */
  async basicId(scope: Scope, channelId: string): Promise<string | undefined> {
    const known = await this.repository.basicId(scope, channelId);
    if (known !== undefined) return known;
    const info = await (await this.client(scope, channelId)).botInfo();
    if (info.kind !== 'answered') return undefined;
    await this.repository.setBasicId(scope, channelId, info.value.basicId);
    return info.value.basicId;
  }

  /**
   * Asks LINE whom an access token belongs to.
   * @returns the account's own user id
   * @throws AppError 400 for a token that LINE refuses, 502 or 503 when LINE cannot be asked
   */
  async verify(accessToken: string): Promise<string> {
    const info = await this.clients.channel(accessToken).botInfo();
    switch (info.kind) {
      case 'answered':
        return info.value.userId;
      case 'unauthorized':
      case 'refused':
        throw credentialsRefused(info.error);
      case 'unknown':
        throw lineUnreachable(info.error);
      case 'rate-limited':
      case 'quota':
        throw lineBusy();
    }
  }
}
