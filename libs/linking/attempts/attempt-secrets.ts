import { Injectable } from '@nestjs/common';
import { Cipher, type WorkspaceRef } from '#kernel';
import type { LoginTokens } from '#line';

export type SealedColumn = 'link_token' | 'login_nonce' | 'code_verifier' | 'line_display_name' | 'login_tokens';

/** What an attempt keeps to read it again: encrypted, each bound to its workspace, column and row. */
@Injectable()
export class AttemptSecrets {
  constructor(private readonly cipher: Cipher) {}

  seal(scope: WorkspaceRef, id: string, column: SealedColumn, text: string | undefined): Buffer | null {
    return text === undefined ? null : this.cipher.encrypt(text, place(scope, id, column));
  }

  open(scope: WorkspaceRef, id: string, column: SealedColumn, bytes: Buffer | null): string | undefined {
    return bytes === null ? undefined : this.cipher.decrypt(bytes, place(scope, id, column));
  }

  /** The ID token has been read by then, and holds a name. */
  sealTokens(scope: WorkspaceRef, id: string, tokens: LoginTokens | undefined): Buffer | null {
    if (!tokens) return null;
    const { accessToken, refreshToken, accessExpiresAt } = tokens;
    return this.seal(scope, id, 'login_tokens', JSON.stringify({ accessToken, refreshToken, accessExpiresAt }));
  }

  openTokens(scope: WorkspaceRef, id: string, bytes: Buffer | null): LoginTokens | undefined {
    const text = this.open(scope, id, 'login_tokens', bytes);
    if (text === undefined) return undefined;
    const tokens = JSON.parse(text) as LoginTokens & { accessExpiresAt: string };
    return { ...tokens, accessExpiresAt: new Date(tokens.accessExpiresAt) };
  }
}

function place({ workspaceId }: WorkspaceRef, rowId: string, column: SealedColumn) {
  return { workspaceId, table: 'link_attempts', column, rowId };
}
