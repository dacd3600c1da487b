import { Injectable } from '@nestjs/common';
import { Jobs } from '#jobs';
import { Cipher, type Scope, type WorkspaceRef } from '#kernel';
import type { LoginTokens } from '#line';
import { deauthorize } from '../linking.jobs.js';
import { LoginGrantsRepository, type OwedGrant } from './login-grants.repository.js';

/** What is kept of LINE's tokens. */
export type GrantTokens = Pick<LoginTokens, 'accessToken' | 'refreshToken' | 'accessExpiresAt'>;

/** LINE's refresh tokens live 90 days from the first access token, however often they are used. */
const REFRESH_LIFE_MS = 90 * 24 * 60 * 60_000;

/**
 * The consents that LINE users have given to the Login channel. One is a LINE user's, not a link's: it ends with the last
 * of their links, and LINE must then be told by one of their own tokens, which is why these are kept.
 */
@Injectable()
export class LoginGrants {
  constructor(
    private readonly grants: LoginGrantsRepository,
    private readonly cipher: Cipher,
    private readonly jobs: Jobs,
  ) {}

  /** The newest consent takes the place of an older one. */
  async keep(scope: Scope, grant: { channelId: string; lineUserId: string; tokens: GrantTokens }): Promise<void> {
    const { channelId, lineUserId, tokens } = grant;
    await this.grants.keep(scope, {
      channelId,
      lineUserId,
      tokens: this.seal(scope, lineUserId, tokens),
      accessExpiresAt: tokens.accessExpiresAt,
      refreshExpiresAt: new Date(scope.clock.now().getTime() + REFRESH_LIFE_MS),
    });
  }

  /** These LINE users are linked anew, before LINE was told that they no longer are. */
  async stillNeeded(scope: Scope, lineUserIds: string[]): Promise<void> {
    await this.grants.takeBack(scope, lineUserIds);
  }

  /** Has LINE told of those of these LINE users who have no live link any more. @param at default: at once */
  async noLongerNeeded(scope: Scope, lineUserIds: string[], at?: Date): Promise<void> {
    const { workspaceId } = scope;
    for (const lineUserId of await this.grants.owe(scope, lineUserIds)) {
      await this.jobs.enqueue(scope, deauthorize, { workspaceId, lineUserId }, at && { dueAt: at });
    }
  }

  /** With the channel went the credentials of its Login channel. */
  async channelGone(scope: Scope, channelId: string, lineUserIds: string[]): Promise<void> {
    await this.grants.forsake(scope, { channelId, lineUserIds, reason: 'channel_deleted' });
  }

  /** The tokens of a consent that LINE is to be told of. */
  read(scope: WorkspaceRef, { lineUserId, tokens, accessExpiresAt }: OwedGrant): GrantTokens {
    const text = this.cipher.decrypt(tokens, place(scope, lineUserId));
    const [accessToken, refreshToken] = JSON.parse(text) as [string, string];
    return { accessToken, refreshToken, accessExpiresAt };
  }

  /** Writes down tokens that were refreshed, unless there is a newer consent. */
  async refreshed(scope: WorkspaceRef, grant: OwedGrant, tokens: GrantTokens): Promise<void> {
    await this.grants.refresh(scope, grant, this.seal(scope, grant.lineUserId, tokens), tokens.accessExpiresAt);
  }

  private seal(scope: WorkspaceRef, lineUserId: string, { accessToken, refreshToken }: GrantTokens): Buffer {
    return this.cipher.encrypt(JSON.stringify([accessToken, refreshToken]), place(scope, lineUserId));
  }
}

function place({ workspaceId }: WorkspaceRef, rowId: string) {
  return { workspaceId, table: 'login_grants', column: 'tokens', rowId };
}
