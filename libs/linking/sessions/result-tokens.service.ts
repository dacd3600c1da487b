import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { SignInKeys } from '../sign-in/keys/sign-in-keys.service.js';
import type { LinkSessionResultDto } from './link-sessions.dto.js';

/** As long as the code before it. */
const LIFE_SECONDS = 5 * 60;

/** Results as something that one server of the company can hand to another. */
@Injectable()
export class ResultTokens {
  constructor(private readonly keys: SignInKeys) {}

  /**
   * The audience is the workspace, never us: so nobody can bring it back as an answer of the company's own sign-in.
   * @returns null while the workspace has no key
   */
  async sign(scope: Scope, sessionId: string, result: LinkSessionResultDto): Promise<string | null> {
    if ((await this.keys.list(scope)).length === 0) return null;
    const { memberId } = result;
    const claims = { aud: scope.workspaceId, jti: sessionId, ...(memberId !== undefined && { sub: memberId }), result };
    return this.keys.sign(scope, claims, LIFE_SECONDS);
  }
}
