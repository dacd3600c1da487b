import { Injectable } from '@nestjs/common';
import { Cipher, type WorkspaceRef } from '#kernel';
import type { LoginTokens } from '#line';

type KeptTokens = Pick<LoginTokens, 'accessToken' | 'refreshToken' | 'accessExpiresAt'>;

/** LINE's tokens of a session, sealed until somebody is linked, or the session's time is over. */
@Injectable()
export class SessionTokens {
  constructor(private readonly cipher: Cipher) {}

  seal(scope: WorkspaceRef, sessionId: string, tokens: KeptTokens | undefined): Buffer | null {
    if (!tokens) return null;
    const { accessToken, refreshToken, accessExpiresAt } = tokens;
    const text = JSON.stringify([accessToken, refreshToken, accessExpiresAt.toISOString()]);
    return this.cipher.encrypt(text, place(scope, sessionId));
  }

  open(scope: WorkspaceRef, sessionId: string, bytes: Buffer | null): KeptTokens | undefined {
    if (bytes === null) return undefined;
    const [accessToken, refreshToken, expiresAt] = JSON.parse(this.cipher.decrypt(bytes, place(scope, sessionId))) as [
      string,
      string,
      string,
    ];
    return { accessToken, refreshToken, accessExpiresAt: new Date(expiresAt) };
  }
}

function place({ workspaceId }: WorkspaceRef, rowId: string) {
  return { workspaceId, table: 'link_sessions', column: 'login_tokens', rowId };
}
