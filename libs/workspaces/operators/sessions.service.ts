import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { CLOCK } from '#config';
import { Database } from '#database';
import { newId, notFound, type Clock, type Scope } from '#kernel';
import { newToken, tokenHash } from '../bearer-token.js';
import { BriefCache } from '../brief-cache.js';
import { heldPermits } from '../permits.js';
import type { SessionDto, SignedInDto } from './sessions.dto.js';
import { SessionsRepository } from './sessions.repository.js';

const PREFIX = 'tss_';
const HOUR = 3_600_000;
const LONGEST = 12 * HOUR;
const IDLE = 2 * HOUR;
/** A session's last use is written down no more often than this. */
const SEEN_EVERY = 60_000;
/** Held by every session whatever its operator may do. */
const OWN = 'sessions.own';

/** The scope of an operator who has signed in. */
interface SessionScope extends Scope {
  readonly sessionId: string;
  readonly expiresAt: Date;
}

/** Where operators are signed in: a token of 256 random bits each, stored as SHA-256. */
@Injectable()
export class Sessions {
  private readonly scopes: BriefCache<SessionScope>;

  constructor(
    private readonly repository: SessionsRepository,
    private readonly audit: Audit,
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.scopes = new BriefCache(clock);
  }

  /** The scope of a session. One ended by this process is refused at once, by another after five seconds. */
  async authenticate(bearer: string): Promise<Scope | undefined> {
    if (!bearer.startsWith(PREFIX)) return undefined;
    const hash = tokenHash(bearer);
    const scope = await this.scopes.get(hash.toString('base64'), () => this.load(hash));
    return scope && this.clock.now() < scope.expiresAt ? scope : undefined;
  }

  /** Opens a session for the operator who acts in this scope. */
  open(scope: Scope): Promise<SignedInDto> {
    const token = newToken(PREFIX);
    const [id, operatorId, createdAt] = [newId(), scope.actor.id, scope.clock.now()];
    const expiresAt = new Date(createdAt.getTime() + LONGEST);
    return this.db.transaction(scope, async () => {
      await this.repository.removeExpired(scope, operatorId, createdAt);
      await this.repository.add(scope, { id, operatorId, tokenHash: tokenHash(token), createdAt, expiresAt });
      await this.audit.record(scope, 'sessions.opened', id);
      return { token, expiresAt: expiresAt.toISOString() };
    });
  }

  /** Who acts in this scope. @throws AppError 404 where that is no session */
  async current(scope: Scope): Promise<SessionDto> {
    const { expiresAt, actor } = sessionOf(scope);
    const holder = await this.repository.holder(scope, actor.id);
    if (!holder) throw notFound('session');
    const { workspaceName, ...operator } = holder;
    const workspace = { id: scope.workspaceId, name: workspaceName };
    return { operatorId: actor.id, ...operator, workspace, expiresAt: expiresAt.toISOString() };
  }

  /** Ends the session of this scope. @throws AppError 404 where it is none, or has ended before */
  end(scope: Scope): Promise<void> {
    const { sessionId } = sessionOf(scope);
    return this.db.transaction(scope, async () => {
      if (!(await this.repository.end(scope, sessionId, scope.clock.now()))) throw notFound('session');
      await this.audit.record(scope, 'sessions.ended', sessionId);
      this.db.afterCommit(async () => this.forget());
    });
  }

  /** Ends whatever an operator has open, in the ambient transaction. */
  async endAllOf(scope: Scope, operatorId: string, at: Date): Promise<void> {
    await this.repository.endAllOf(scope, operatorId, at);
    this.db.afterCommit(async () => this.forget());
  }

  /** Sessions, operators or settings have changed. */
  forget(): void {
    this.scopes.clear();
  }

  private async load(hash: Buffer): Promise<SessionScope | undefined> {
    const found = await this.repository.lookup(null, hash);
    if (!found) return undefined;
    const { workspaceId, id, operatorId, lastSeenAt, expiresAt, permits, timeZone, currency } = found;
    const now = this.clock.now();
    const unseen = now.getTime() - lastSeenAt.getTime();
    if (now >= expiresAt || unseen >= IDLE) return undefined;
    if (unseen >= SEEN_EVERY) await this.repository.seen({ workspaceId }, id, now);
    return {
      workspaceId,
      actor: { kind: 'operator', id: operatorId },
      permits: heldPermits(permits).add(OWN),
      timeZone,
      currency,
      clock: this.clock,
      sessionId: id,
      expiresAt,
    };
  }
}

/** A key that may do everything gets as far as this, too. */
function sessionOf(scope: Scope): SessionScope {
  if (!('sessionId' in scope)) throw notFound('session');
  return scope as SessionScope;
}
