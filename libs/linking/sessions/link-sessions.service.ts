import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Channels } from '#channels';
import { Database } from '#database';
import { AppError, invalid, newId, newSecret, notFound, sha256, type Scope } from '#kernel';
import { Members } from '#members';
import { loginUnavailable } from '../login/login.errors.js';
import type { LinkPage } from '../pages/link-page.settings.js';
import { LinkPages } from '../pages/link-pages.service.js';
import type { CreateLinkSessionDto, LinkSessionDto, LinkSessionStartDto } from './link-sessions.dto.js';
import { pageClosed, unknownMember } from './link-sessions.errors.js';
import { LinkSessionsRepository } from './link-sessions.repository.js';
import { isUnder } from './return-address.js';

/** From the making of a session to the return from LINE. */
const LIFE_MS = 10 * 60_000;

/** Sign-ins of a site's visitors by LINE, as the site's server begins them. */
@Injectable()
export class LinkSessions {
  constructor(
    private readonly sessions: LinkSessionsRepository,
    private readonly channels: Channels,
    private readonly pages: LinkPages,
    private readonly members: Members,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * @throws AppError 400 for an unknown channel or member, and for a return address that the link page does not allow;
   *   409 linking.login_unavailable, linking.page_closed
   */
  async create(scope: Scope, dto: CreateLinkSessionDto): Promise<LinkSessionStartDto> {
    const { channelId, returnUrl, role = null } = dto;
    const page = await this.pageOf(scope, channelId);
    if (!isUnder(returnUrl, page.returnUrls)) {
      throw invalid([{ path: '/returnUrl', detail: "must be under one of the link page's returnUrls" }]);
    }
    const memberId = dto.memberId === undefined ? null : await this.memberOf(scope, dto.memberId);
    const [id, key, createdAt] = [newId(), newSecret(), scope.clock.now()];
    const expiresAt = new Date(createdAt.getTime() + LIFE_MS);
    await this.db.transaction(scope, async () => {
      const session = { id, channelId, role, memberId, returnUrl, keyHash: sha256(key), createdAt, expiresAt };
      await this.sessions.insert(scope, session);
      await this.audit.record(scope, 'linking.session_made', `link-sessions/${id}`, { channelId });
    });
    return { id, url: `${this.pages.addressOf(page, channelId)}/session/${id}?key=${key}`, expiresAt };
  }

  /** @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<LinkSessionDto> {
    const session = await this.sessions.find(scope, id);
    if (!session) throw notFound('link-session');
    const { channelId, role, state, outcome, createdAt, expiresAt } = session;
    return { id, channelId, role, state, outcome, createdAt, expiresAt };
  }

  private async pageOf(scope: Scope, channelId: string): Promise<LinkPage> {
    const channel = await this.channels.get(scope, channelId).catch((error: unknown) => {
      if (error instanceof AppError && error.status === 404) throw unknownChannel();
      throw error;
    });
    if (channel.loginChannelId === null) throw loginUnavailable();
    const page = await this.pages.of(scope, channelId);
    const missing = this.pages.missing(page, channel);
    if (missing.length > 0) throw pageClosed(missing);
    return page;
  }

  private async memberOf(scope: Scope, externalId: string): Promise<string> {
    const memberId = (await this.members.find(scope, [externalId])).get(externalId);
    if (memberId === undefined) throw unknownMember();
    return memberId;
  }
}

function unknownChannel(): AppError {
  return invalid([{ path: '/channelId', detail: 'is not a channel of this workspace' }]);
}
