import { Injectable } from '@nestjs/common';
import { Cipher, type WorkspaceRef } from '#kernel';
import type { LoginChannel } from '#line';

/** A channel's credentials as they are stored: encrypted, each bound to its workspace, column and row. */
export interface SealedCredentials {
  id: string;
  channelSecret: Buffer;
  accessToken: Buffer;
}

/** The Login channel beside a channel; both are null, or neither. */
export interface SealedLogin {
  id: string;
  loginChannelId: string | null;
  loginChannelSecret: Buffer | null;
}

/** Encrypts and decrypts what lets us speak for a channel. Nothing here is ever read back over HTTP. */
@Injectable()
export class Credentials {
  constructor(private readonly cipher: Cipher) {}

  seal(scope: WorkspaceRef, id: string, column: CredentialColumn, secret: string): Buffer {
    return this.cipher.encrypt(secret, place(scope, id, column));
  }

  channelSecret(scope: WorkspaceRef, { id, channelSecret }: SealedCredentials): string {
    return this.cipher.decrypt(channelSecret, place(scope, id, 'channel_secret'));
  }

  accessToken(scope: WorkspaceRef, { id, accessToken }: SealedCredentials): string {
    return this.cipher.decrypt(accessToken, place(scope, id, 'access_token'));
  }

  /** @returns undefined where the channel has no Login channel */
  loginChannel(scope: WorkspaceRef, sealed: SealedLogin): LoginChannel | undefined {
    const { id, loginChannelId, loginChannelSecret } = sealed;
    if (loginChannelId === null || loginChannelSecret === null) return undefined;
    const channelSecret = this.cipher.decrypt(loginChannelSecret, place(scope, id, 'login_channel_secret'));
    return { channelId: loginChannelId, channelSecret };
  }
}

export type CredentialColumn = 'channel_secret' | 'access_token' | 'login_channel_secret';

function place({ workspaceId }: WorkspaceRef, rowId: string, column: CredentialColumn) {
  return { workspaceId, table: 'channels', column, rowId };
}
