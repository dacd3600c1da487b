import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { AppError, asUuid, newId, newSecret, sha256, type Scope } from '#kernel';
import type { LoginTokens } from '#line';
import { Links } from '../links.service.js';
import type { Attempt, NewAttempt, Proof, ProvenLineUser } from './attempt.js';
import { AttemptSecrets } from './attempt-secrets.js';
import { attemptOver } from './attempts.errors.js';
import { AttemptsRepository, type AttemptEnd, type AttemptRecord } from './attempts.repository.js';

const MINUTE_MS = 60_000;
/** Long enough to find a password, or to have a new one sent. */
const LIFE_MS = 30 * MINUTE_MS;
/** LINE's link tokens live no longer: https://developers.line.biz/en/reference/messaging-api/#issue-link-token */
const ACCOUNT_LINK_LIFE_MS = 10 * MINUTE_MS;

const SECRET = /^[\w-]{43}$/;

/** The attempts of a workspace. Whoever is told `linking.attempt_over` comes too late, or a second time. */
@Injectable()
export class Attempts {
  constructor(
    private readonly repository: AttemptsRepository,
    private readonly secrets: AttemptSecrets,
    private readonly links: Links,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * Begins one, for 30 minutes, an account link for 10.
   * @returns the secret for the cookie of the browser that asks, and the ticket for an address that is sent to the person
   */
  async begin(scope: Scope, given: NewAttempt): Promise<{ attempt: Attempt; browserSecret: string; ticket: string }> {
    const now = scope.clock.now();
    const [id, browserSecret, ticket] = [newId(), newSecret(), newSecret()];
    const lifeMs = given.lifeMs ?? (given.route === 'account_link' ? ACCOUNT_LINK_LIFE_MS : LIFE_MS);
    const { channelId, purpose, route, role = 'member' } = given;
    const attempt = await this.db.transaction(scope, async () => {
      const record = await this.repository.insert(scope, {
        ...{ id, channelId, purpose, route, role },
        browserHash: sha256(browserSecret),
        ticketHash: sha256(ticket),
        linkToken: this.secrets.seal(scope, id, 'link_token', given.linkToken),
        sessionId: given.sessionId ?? null,
        lineUserId: given.lineUserId ?? null,
        lineDisplayName: this.secrets.seal(scope, id, 'line_display_name', given.displayName),
        createdAt: now,
        expiresAt: new Date(now.getTime() + lifeMs),
      });
      await this.audit.record(scope, 'linking.attempt_started', subjectOf(id), { purpose, route });
      return this.plain(scope, record);
    });
    return { attempt, browserSecret, ticket };
  }

  /**
   * Binds the browser that opens a ticket's address. A second browser takes it over, until somebody has signed in.
   * @returns undefined for a ticket that is unknown, used up, ended or expired
   */
  async open(
    scope: Scope,
    channelId: string,
    ticket: string,
  ): Promise<{ attempt: Attempt; browserSecret: string } | undefined> {
    if (!SECRET.test(ticket)) return undefined;
    const browserSecret = newSecret();
    const hashes = { ticket: sha256(ticket), browser: sha256(browserSecret) };
    const record = await this.repository.bind(scope, channelId, hashes, scope.clock.now());
    return record && { attempt: this.plain(scope, record), browserSecret };
  }

  /** The attempt of a browser's cookie, also one that has ended; undefined for none, and for another channel's. */
  async ofBrowser(scope: Scope, channelId: string, cookie: string | undefined): Promise<Attempt | undefined> {
    const [named = '', secret = '', ...more] = cookie?.split('.') ?? [];
    const id = asUuid(named);
    if (id === undefined || !SECRET.test(secret) || more.length > 0) return undefined;
    const browser = { id, hash: sha256(secret) };
    const record = await this.repository.ofBrowser(scope, channelId, browser, scope.clock.now());
    return record && this.plain(scope, record);
  }

  /** @throws AppError 409 linking.attempt_over, also where the LINE side was proven before */
  async lineProven(scope: Scope, id: string, proven: ProvenLineUser): Promise<Attempt> {
    const { lineUserId, displayName, friend, tokens } = proven;
    const values = {
      lineUserId,
      name: this.secrets.seal(scope, id, 'line_display_name', displayName),
      friend: friend ?? null,
      tokens: this.secrets.sealTokens(scope, id, tokens),
    };
    return this.advanced(scope, await this.repository.setLineUser(scope, id, values, scope.clock.now()));
  }

  /** LINE was asked again whether they are friends. @throws AppError 409 linking.attempt_over */
  async friendSeen(scope: Scope, id: string, friend: boolean): Promise<Attempt> {
    return this.advanced(scope, await this.repository.setFriend(scope, id, friend, scope.clock.now()));
  }

  /** Until there is a consent, the last one who signs in counts. @throws AppError 409 linking.attempt_over */
  async memberProven(scope: Scope, id: string, proven: { memberId: string; proof: Proof }): Promise<Attempt> {
    return this.advanced(scope, await this.repository.setMember(scope, id, proven, scope.clock.now()));
  }

  /** Needs both sides, and counts once. @throws AppError 409 linking.attempt_over */
  async consented(scope: Scope, id: string, consentId: string): Promise<Attempt> {
    return this.advanced(scope, await this.repository.setConsent(scope, id, consentId, scope.clock.now()));
  }

  /** For the way to LINE's account-link dialog, once. @throws AppError 409 linking.attempt_over */
  async handOver(scope: Scope, id: string): Promise<{ nonce: string; linkToken: string }> {
    const nonce = newSecret();
    const sealed = await this.repository.handOver(scope, id, sha256(nonce), scope.clock.now());
    const linkToken = this.secrets.open(scope, id, 'link_token', sealed ?? null);
    if (linkToken === undefined) throw attemptOver();
    return { nonce, linkToken };
  }

  /** Takes the attempt that a nonce belongs to, once; undefined for an unknown, used or expired one. */
  async takeNonce(scope: Scope, channelId: string, nonce: string): Promise<Attempt | undefined> {
    const record = await this.repository.takeNonce(scope, channelId, sha256(nonce), scope.clock.now());
    return record && this.plain(scope, record);
  }

  /** What the person's login gave; only while the attempt is under way. */
  async tokens(scope: Scope, id: string): Promise<LoginTokens | undefined> {
    return this.db.transaction(scope, async () => {
      const record = await this.repository.claim(scope, id, scope.clock.now());
      return this.secrets.openTokens(scope, id, record?.loginTokens ?? null);
    });
  }

  /**
   * Ends it well. With purpose `link`, and `session` after a consent, the link is made in the same transaction; where
   * that is refused, the attempt has ended as `failed` and says why. Done again, it changes nothing.
   * @throws AppError 409 linking.attempt_over where it had ended otherwise, or something is missing
   */
  async complete(scope: Scope, id: string): Promise<Attempt> {
    return this.db.transaction(scope, async () => {
      const record = await this.repository.claim(scope, id, scope.clock.now());
      if (!record) throw attemptOver();
      if (record.state === 'linked' || record.state === 'done') return this.plain(scope, record);
      if (record.state !== 'open' && record.state !== 'handed_over') throw attemptOver();
      const end = makesLink(record) ? await this.link(scope, record) : { state: 'done' as const };
      return this.end(scope, record, end);
    });
  }

  /** The LINE user is linked already: there is nothing to be made. @throws AppError 409 linking.attempt_over */
  async foundLinked(scope: Scope, id: string, linkId: string): Promise<Attempt> {
    return this.endOpen(scope, id, { state: 'done', linkId });
  }

  /** @param failure an error code; where the attempt has ended already, nothing changes */
  async fail(scope: Scope, id: string, failure: string): Promise<void> {
    await this.endIfUnderWay(scope, id, { state: 'failed', failure });
  }

  /** Where it has ended already, nothing changes. */
  async cancel(scope: Scope, id: string): Promise<void> {
    await this.endIfUnderWay(scope, id, { state: 'cancelled' });
  }

  /** Writes down the end of the next ones whose time is over. */
  async endOverdue(scope: Scope, most: number): Promise<void> {
    await this.db.transaction(scope, async () => {
      for (const { id, purpose, route } of await this.repository.endOverdue(scope, scope.clock.now(), most)) {
        const details = { purpose, route, outcome: 'expired' };
        await this.audit.record(scope, 'linking.attempt_failed', subjectOf(id), details);
      }
    });
  }

  /** Refusals are values here, because the attempt must keep them: `make` refuses before it writes. */
  private async link(scope: Scope, record: AttemptRecord): Promise<AttemptEnd> {
    const { id, channelId, memberId, lineUserId, role, route, consentId } = record;
    if (lineUserId === null || memberId === null || consentId === null) throw attemptOver();
    const tokens = this.secrets.openTokens(scope, id, record.loginTokens);
    try {
      const link = { channelId, memberId, lineUserId, role, route, consentId, ...(tokens && { tokens }) };
      const { linkId, created } = await this.links.make(scope, link);
      return { state: created ? 'linked' : 'done', linkId };
    } catch (error) {
      if (error instanceof AppError && error.status < 500) return { state: 'failed', failure: error.code };
      throw error;
    }
  }

  private async endOpen(scope: Scope, id: string, end: AttemptEnd): Promise<Attempt> {
    return this.db.transaction(scope, async () => {
      const record = await this.repository.claim(scope, id, scope.clock.now());
      if (!record || (record.state !== 'open' && record.state !== 'handed_over')) throw attemptOver();
      return this.end(scope, record, end);
    });
  }

  private async endIfUnderWay(scope: Scope, id: string, end: AttemptEnd): Promise<void> {
    await this.db.transaction(scope, async () => {
      const record = await this.repository.claim(scope, id, scope.clock.now());
      if (record?.state === 'open' || record?.state === 'handed_over') await this.end(scope, record, end);
    });
  }

  private async end(scope: Scope, before: AttemptRecord, end: AttemptEnd): Promise<Attempt> {
    const { id, purpose, route } = before;
    const record = await this.repository.end(scope, id, end, scope.clock.now());
    if (!record) throw attemptOver();
    const { state: outcome, failure } = end;
    const well = outcome === 'linked' || outcome === 'done';
    const details = { purpose, route, outcome, ...(failure !== undefined && { failure }) };
    await this.audit.record(scope, `linking.attempt_${well ? 'linked' : 'failed'}`, subjectOf(id), details);
    return this.plain(scope, record);
  }

  private advanced(scope: Scope, record: AttemptRecord | undefined): Attempt {
    if (!record) throw attemptOver();
    return this.plain(scope, record);
  }

  private plain(scope: Scope, record: AttemptRecord): Attempt {
    const { id, channelId, purpose, route, role, state, expiresAt } = record;
    return {
      ...{ id, channelId, purpose, route, role, state, expiresAt },
      lineUserId: record.lineUserId ?? undefined,
      lineDisplayName: this.secrets.open(scope, id, 'line_display_name', record.lineDisplayName),
      friend: record.friend ?? undefined,
      memberId: record.memberId ?? undefined,
      proof: record.proof ?? undefined,
      consentId: record.consentId ?? undefined,
      sessionId: record.sessionId ?? undefined,
      failure: record.failure ?? undefined,
      linkId: record.linkId ?? undefined,
    };
  }
}

function makesLink({ purpose, consentId }: AttemptRecord): boolean {
  return purpose === 'link' || (purpose === 'session' && consentId !== null);
}

function subjectOf(id: string): string {
  return `link-attempts/${id}`;
}
