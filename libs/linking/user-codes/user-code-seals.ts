import { Injectable } from '@nestjs/common';
import { Cipher, type WorkspaceRef } from '#kernel';

/** What of codes and contracts is encrypted at rest: the code itself, and how people are called. */
@Injectable()
export class UserCodeSeals {
  constructor(private readonly cipher: Cipher) {}

  code(scope: WorkspaceRef, id: string, code: string): Buffer {
    return this.cipher.encrypt(code, placeOf(scope, 'user_codes', 'code', id));
  }

  openCode(scope: WorkspaceRef, id: string, sealed: Buffer): string {
    return this.cipher.decrypt(sealed, placeOf(scope, 'user_codes', 'code', id));
  }

  label(scope: WorkspaceRef, id: string, label: string | null): Buffer | null {
    return label === null ? null : this.cipher.encrypt(label, placeOf(scope, 'user_codes', 'label', id));
  }

  openLabel(scope: WorkspaceRef, id: string, sealed: Buffer | null): string | null {
    return sealed && this.cipher.decrypt(sealed, placeOf(scope, 'user_codes', 'label', id));
  }

  /** @param pair members.id of contractor and user */
  name(scope: WorkspaceRef, pair: string, name: string | undefined): Buffer | null {
    return name === undefined ? null : this.cipher.encrypt(name, placeOf(scope, 'contract_users', 'name', pair));
  }

  openName(scope: WorkspaceRef, pair: string, sealed: Buffer | null): string | null {
    return sealed && this.cipher.decrypt(sealed, placeOf(scope, 'contract_users', 'name', pair));
  }
}

function placeOf({ workspaceId }: WorkspaceRef, table: string, column: string, rowId: string) {
  return { workspaceId, table, column, rowId };
}
