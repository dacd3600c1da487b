import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

/** What the callback must know of a login: sealed, but for the hash of its state. */
export interface ArmedLogin {
  stateHash: Buffer;
  nonce: Buffer;
  codeVerifier: Buffer;
  redirectUri: string;
}

/** The login of an attempt that is under way; an attempt has one at a time. */
@Injectable()
export class LoginStatesRepository {
  constructor(private readonly db: Database) {}

  /** @returns false, without effect, where the attempt is over or its LINE side is proven */
  async arm(scope: WorkspaceRef, attemptId: string, login: ArmedLogin, at: Date): Promise<boolean> {
    const armed = await this.db.execute(
      scope,
      sql`update link_attempts
             set login_state_hash = ${login.stateHash}, login_nonce = ${login.nonce},
                 code_verifier = ${login.codeVerifier}, login_redirect_uri = ${login.redirectUri}
           where workspace_id = ${scope.workspaceId} and id = ${attemptId} and state = 'open' and line_user_id is null
             and expires_at > ${at}`,
    );
    return armed === 1;
  }

  /** Takes the right to begin the login of an attempt anew, which there is once. */
  async takeRestart(scope: WorkspaceRef, attemptId: string): Promise<boolean> {
    const taken = await this.db.execute(
      scope,
      sql`update link_attempts set login_restarted = true
           where workspace_id = ${scope.workspaceId} and id = ${attemptId} and state = 'open' and not login_restarted`,
    );
    return taken === 1;
  }

  /** Takes the login that has this state, once; undefined where the attempt has none such. */
  async take(
    scope: WorkspaceRef,
    attemptId: string,
    stateHash: Buffer,
    at: Date,
  ): Promise<Omit<ArmedLogin, 'stateHash'> | undefined> {
    return this.db.maybeOne(
      scope,
      sql`update link_attempts
             set login_state_hash = null, login_nonce = null, code_verifier = null, login_redirect_uri = null,
                 login_taken_hash = ${stateHash}
           where workspace_id = ${scope.workspaceId} and id = ${attemptId} and login_state_hash = ${stateHash}
             and state = 'open' and expires_at > ${at}
          returning old.login_nonce as nonce, old.code_verifier as "codeVerifier",
                    old.login_redirect_uri as "redirectUri"`,
    );
  }

  /** Whether a login with this state has come back to the attempt before. */
  async isTaken(scope: WorkspaceRef, attemptId: string, stateHash: Buffer): Promise<boolean> {
    const rows = await this.db.query(
      scope,
      sql`select 1 from link_attempts
           where workspace_id = ${scope.workspaceId} and id = ${attemptId} and login_taken_hash = ${stateHash}`,
    );
    return rows.length === 1;
  }
}
