import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { LINK_ROLES, type LinkRole } from '../link.entity.js';
import { LinksRepository, type LiveLink } from '../links.repository.js';
import { Links } from '../links.service.js';
import { LinkPages } from '../pages/link-pages.service.js';
import { LoginGrants } from '../unlink/login-grants.service.js';
import type { SessionRecord } from './link-sessions.repository.js';
import { SessionTokens } from './session-tokens.js';

/** A session whose visitor has logged in at LINE. */
export type LoggedInSession = SessionRecord & { lineUserId: string };

/** Whom a session's LINE user is linked with. */
@Injectable()
export class SessionTies {
  constructor(
    private readonly links: Links,
    private readonly linkRows: LinksRepository,
    private readonly grants: LoginGrants,
    private readonly pages: LinkPages,
    private readonly tokens: SessionTokens,
  ) {}

  /** One link for each member, in the role that the session asks for. Call it in the transaction that takes the result. */
  async live(scope: Scope, session: LoggedInSession): Promise<LiveLink[]> {
    const { id, channelId, lineUserId, loginTokens } = session;
    // Held, so that no link ends between looking and keeping the newest consent of somebody who is linked.
    await this.linkRows.holdLineUsers(scope, [lineUserId]);
    const all = await this.links.liveOfLineUser(scope, lineUserId);
    const tokens = this.tokens.open(scope, id, loginTokens);
    if (all.length > 0 && tokens) await this.grants.keep(scope, { channelId, lineUserId, tokens });
    return onePerMember(all.filter(({ role }) => session.role === null || role === session.role));
  }

  /**
   * @param memberId members.id
   * @throws AppError 409 linking.line_user_taken or linking.member_taken
   */
  async make(scope: Scope, session: LoggedInSession, memberId: string): Promise<{ linkId: string; role: LinkRole }> {
    const { id, channelId, lineUserId } = session;
    const role = session.role ?? (await this.pages.of(scope, channelId)).role;
    const tokens = this.tokens.open(scope, id, session.loginTokens);
    const link = { channelId, memberId, lineUserId, role, route: 'site_login' as const, ...(tokens && { tokens }) };
    const { linkId } = await this.links.make(scope, link);
    return { linkId, role };
  }
}

/** Of several roles of one member the first in the order of roles. */
function onePerMember(links: LiveLink[]): LiveLink[] {
  const byRole = links.toSorted((a, b) => LINK_ROLES.indexOf(a.role) - LINK_ROLES.indexOf(b.role));
  return [...new Map(byRole.toReversed().map((link) => [link.memberId, link])).values()].toReversed();
}
