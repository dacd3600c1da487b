import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { AppError, notFound, sha256, type Scope } from '#kernel';
import { Members } from '#members';
import type { LiveLink } from '../links.repository.js';
import { RecognisedVisitors } from '../recognised-visitors.service.js';
import type { SessionOutcome } from './link-session.entity.js';
import type {
  LinkSessionCodeDto,
  LinkSessionLinkDto,
  LinkSessionMemberDto,
  LinkSessionResultDto,
} from './link-sessions.dto.js';
import { codeNotGood, nobodyToLink, unknownMember } from './link-sessions.errors.js';
import { LinkSessionsRepository, type SessionRecord } from './link-sessions.repository.js';
import { SessionTies, type LoggedInSession } from './session-ties.service.js';

/** How long the site may take to sign somebody in or to register them before it links them. */
const REGISTRATION_MS = 30 * 60_000;

/** The same fields, as a plain object. */
type SessionResult = Pick<LinkSessionResultDto, keyof LinkSessionResultDto>;

/** What a site's server gets to know, and does, about a visitor who came back. */
@Injectable()
export class SessionResults {
  constructor(
    private readonly sessions: LinkSessionsRepository,
    private readonly ties: SessionTies,
    private readonly members: Members,
    private readonly db: Database,
    private readonly audit: Audit,
    private readonly visitors: RecognisedVisitors,
  ) {}

  /**
   * Takes the result, once. Only here is the visitor linked with the member whom the site had named: the code comes from
   * the browser that the site itself sent out, so a start address that is forwarded to somebody else links nobody.
   * @throws AppError 404, 409 linking.session_code_refused
   */
  async take(scope: Scope, id: string, { code, visitorId }: LinkSessionCodeDto): Promise<SessionResult> {
    return this.db.transaction(scope, async () => {
      const now = scope.clock.now();
      const times = { now, nextUntil: new Date(now.getTime() + REGISTRATION_MS) };
      const session = await this.sessions.redeem(scope, id, sha256(code), times);
      if (!session) throw (await this.sessions.find(scope, id)) ? codeNotGood() : notFound('link-session');
      const result = await this.resultOf(scope, session);
      await this.sessions.tell(scope, id, result.status);
      if (result.memberId !== undefined) await this.recognise(scope, result.memberId, visitorId);
      await this.audit.record(scope, 'linking.session_redeemed', subjectOf(id), {
        outcome: result.status,
        ...(result.error !== undefined && { failure: result.error }),
      });
      return result;
    });
  }

  /**
   * Links the visitor with whom the site has signed in or registered, once.
   * @throws AppError 404, 400 for an unknown member, 409 linking.session_not_open, linking.line_user_taken,
   *   linking.member_taken; after the last two somebody else may be tried
   */
  async link(
    scope: Scope,
    id: string,
    { memberId: externalId, visitorId }: LinkSessionMemberDto,
  ): Promise<LinkSessionLinkDto> {
    return this.db.transaction(scope, async () => {
      const session = await this.sessions.link(scope, id, scope.clock.now());
      if (!session) throw (await this.sessions.find(scope, id)) ? nobodyToLink() : notFound('link-session');
      const memberId = (await this.members.find(scope, [externalId])).get(externalId);
      if (memberId === undefined) throw unknownMember();
      if (!isLoggedIn(session)) throw nobodyToLink();
      const { linkId, role } = await this.ties.make(scope, session, memberId);
      await this.visitors.announce(scope, memberId, visitorId);
      await this.audit.record(scope, 'linking.session_linked', subjectOf(id), { linkId });
      return { linkId, memberId: externalId, role };
    });
  }

  private async recognise(scope: Scope, externalId: string, visitorId: string | undefined): Promise<void> {
    const memberId = (await this.members.find(scope, [externalId])).get(externalId)!;
    await this.visitors.announce(scope, memberId, visitorId);
  }

  private async resultOf(scope: Scope, session: SessionRecord): Promise<SessionResult> {
    if (session.failure !== null || !isLoggedIn(session)) return failed(session.failure ?? 'linking.failed');
    const { userId, friend } = await this.sessions.lineUser(scope, session.lineUserId);
    const seen = { lineUserId: userId, friend: session.friend ?? friend };
    const live = await this.ties.live(scope, session);
    if (session.memberId === null) return { ...ofLinks(live), ...seen };
    const isNamed = ({ memberId }: LiveLink) => memberId === session.memberId;
    const refusal = live.some(isNamed) ? undefined : await this.linkNamed(scope, session, session.memberId);
    if (refusal) return { ...failed(refusal.code), ...seen };
    return { ...ofLinks((await this.ties.live(scope, session)).filter(isNamed)), ...seen };
  }

  /** Refusals are values here, because the code is taken either way: `make` refuses before it writes. */
  private async linkNamed(scope: Scope, session: LoggedInSession, memberId: string): Promise<AppError | undefined> {
    try {
      await this.ties.make(scope, session, memberId);
      return undefined;
    } catch (error) {
      if (error instanceof AppError && error.status < 500) return error;
      throw error;
    }
  }
}

/** By the number of members. */
const OUTCOMES: readonly SessionOutcome[] = ['unknown', 'known'];

function ofLinks(links: LiveLink[]): SessionResult {
  const members = links.map(({ externalId: memberId, role }) => ({ memberId, role }));
  return { status: OUTCOMES[members.length] ?? 'ambiguous', ...(members.length === 1 && members[0]), members };
}

function failed(error: string): SessionResult {
  return { status: 'failed', members: [], error };
}

function isLoggedIn(session: SessionRecord): session is LoggedInSession {
  return session.lineUserId !== null;
}

function subjectOf(id: string): string {
  return `link-sessions/${id}`;
}
