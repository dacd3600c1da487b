import { Injectable } from '@nestjs/common';
import { Cipher, type CipherPlace, type WorkspaceRef } from '#kernel';
import { answerRefused } from '../sign-in.errors.js';

/**
 * What the company's sign-in knows an attempt by: its id, sealed. It says nothing, is another one each time, and only
 * the browser whose cookie belongs to the same attempt can bring it back.
 */
@Injectable()
export class AttemptHandles {
  constructor(private readonly cipher: Cipher) {}

  seal(scope: WorkspaceRef, attempt: { id: string; channelId: string }): string {
    return this.cipher.encrypt(attempt.id, place(scope, attempt.channelId)).toString('base64url');
  }

  /** The id of the attempt that a handle names. @throws AppError 400 for what was not made here, for this channel */
  open(scope: WorkspaceRef, channelId: string, handle: string): string {
    try {
      return this.cipher.decrypt(Buffer.from(handle, 'base64url'), place(scope, channelId));
    } catch {
      throw answerRefused('has no right "handle"');
    }
  }
}

function place({ workspaceId }: WorkspaceRef, channelId: string): CipherPlace {
  return { workspaceId, table: 'link_attempts', column: 'sign_in_handle', rowId: channelId };
}
