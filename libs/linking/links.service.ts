import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { Jobs } from '#jobs';
import { notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { LinkConsequences } from './link-consequences.service.js';
import type { EndReason, LinkRole, LinkRoute } from './link.entity.js';
import type { LinkDto } from './linking.dto.js';
import { lineUserTaken, memberTaken } from './linking.errors.js';
import { endLinksOfChannel, type LinkRef } from './linking.jobs.js';
import { LinksRepository, type LiveLink } from './links.repository.js';
import type { GrantTokens } from './unlink/login-grants.service.js';

/** Links of a channel that are ended in one transaction. */
const MOST_ENDED_AT_ONCE = 5_000;

/** By which LINE can be told one day that a LINE user is linked no longer. */
type Login = Pick<LinkToMake, 'channelId' | 'lineUserId' | 'tokens'>;

/** A link that a person has made by their own doing. */
export interface LinkToMake {
  channelId: string;
  /** members.id */
  memberId: string;
  /** line_users.id, of that channel */
  lineUserId: string;
  role: LinkRole;
  route: LinkRoute;
  /** link_consents.id */
  consentId?: string;
  /** Of LINE Login: kept, sealed, because LINE wants to be told by them when the last link of the LINE user ends. */
  tokens?: GrantTokens;
}

/**
 * Which member is which LINE user. Whoever makes or ends a link holds its LINE user first, so that of two who meet at one
 * LINE user the second sees what the first has done.
 */
@Injectable()
export class Links {
  constructor(
    private readonly links: LinksRepository,
    private readonly members: Members,
    private readonly consequences: LinkConsequences,
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

  /**
   * Makes a link and announces `linking.linked`. The same live link is left as it is: `created` is false. Nothing is
   * written before it is refused, so that who catches that may go on in the same transaction.
   * @throws AppError 404 for a member who is gone
   * @throws AppError 409 linking.line_user_taken: the LINE user has that role for another member
   * @throws AppError 409 linking.member_taken: contractor or member is another LINE user of the channel already
   */
  async make(scope: Scope, link: LinkToMake): Promise<{ linkId: string; created: boolean }> {
    const { channelId, memberId, lineUserId, role, route } = link;
    return this.db.transaction(scope, async () => {
      await this.links.holdLineUsers(scope, [lineUserId]);
      const same = (await this.links.live(scope, { lineUserId })).find(
        (live) => live.memberId === memberId && live.role === role,
      );
      if (same) {
        await this.keepTokens(scope, link);
        return { linkId: same.id, created: false };
      }
      if ((await this.links.holdMembers(scope, [memberId])) === 0) throw notFound('member');
      await this.refuseRivals(scope, link);
      await this.keepTokens(scope, link);
      const linkId = await this.links.insert(scope, { ...link, linkedAt: scope.clock.now() });
      await this.consequences.ofMaking(scope, { channelId, links: [{ linkId, memberId, lineUserId, role, route }] });
      await this.audit.record(scope, 'linking.linked', `links/${linkId}`, { role, route });
      return { linkId, created: true };
    });
  }

  /**
   * A linked LINE user has logged in again: LINE will be told by these tokens, which live longer, when the last of their
   * links ends. Who is not linked leaves none behind.
   */
  async loggedIn(scope: Scope, login: { channelId: string; lineUserId: string; tokens: GrantTokens }): Promise<void> {
    const { lineUserId } = login;
    await this.db.transaction(scope, async () => {
      await this.links.holdLineUsers(scope, [lineUserId]);
      if ((await this.links.live(scope, { lineUserId })).length > 0) await this.keepTokens(scope, login);
    });
  }

  /**
   * Ends a link with everything that follows from it; that it was stays.
   * @returns false where it had ended before
   * @throws AppError 404
   */
  async end(scope: Scope, id: string, reason: EndReason): Promise<boolean> {
    return this.db.transaction(scope, async () => {
      const link = await this.links.find(scope, id);
      if (!link) throw notFound('link');
      return (await this.endAll(scope, [link], reason)) > 0;
    });
  }

  /**
   * Ends all links of a member; where their data are erased, forgets all else that linking keeps of them.
   * @param memberId members.id
   * @returns how many
   */
  async endOfMember(scope: Scope, memberId: string, reason: EndReason = 'erased'): Promise<number> {
    return this.db.transaction(scope, async () => {
      if (reason === 'erased') await this.consequences.ofErasing(scope, memberId);
      const ended = await this.endAll(scope, await this.links.live(scope, { memberId }), reason);
      if (reason === 'erased') await this.consequences.ofErasure(scope, memberId);
      return ended;
    });
  }

  /** Ends the links of a channel that is gone, a part at a time. */
  async endOfChannel(scope: Scope, channelId: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const some = await this.links.someOfChannel(scope, channelId, MOST_ENDED_AT_ONCE);
      const reason = 'channel_deleted';
      const links = await this.holdAndEnd(scope, some, reason);
      if (links.length > 0) await this.consequences.ofEnding(scope, { channelId, links, reason });
      if (some.length < MOST_ENDED_AT_ONCE) return;
      await this.jobs.enqueue(scope, endLinksOfChannel, { workspaceId: scope.workspaceId, channelId });
    });
  }

  /** @param lineUserId line_users.id @returns in the order they were made */
  liveOfLineUser(scope: Scope, lineUserId: string): Promise<LiveLink[]> {
    return this.links.live(scope, { lineUserId });
  }

  /** @param memberId members.id @returns of all channels, in the order they were made */
  liveOfMember(scope: Scope, memberId: string): Promise<LiveLink[]> {
    return this.links.live(scope, { memberId });
  }

  /**
   * All links a member has or had, oldest first.
   * @param after the id of the last one seen
   * @throws AppError 404 for an unknown member
   */
  async ofMember(scope: Scope, externalId: string, limit: number, after = '0'): Promise<LinkDto[]> {
    const memberId = (await this.members.find(scope, [externalId])).get(externalId);
    if (!memberId) throw notFound('member');
    return this.links.ofMember(scope, memberId, limit, after);
  }

  private async keepTokens(scope: Scope, { channelId, lineUserId, tokens }: Login): Promise<void> {
    if (tokens) await this.consequences.granted(scope, channelId, lineUserId, tokens);
  }

  /** One person has a role of a LINE user; and a member is contractor, or plain member, by one LINE user of a channel. */
  private async refuseRivals(scope: Scope, link: LinkToMake): Promise<void> {
    const others = await this.links.rivals(scope, link);
    if (others.some(({ lineUserId }) => lineUserId === link.lineUserId)) throw lineUserTaken();
    if (others.length > 0 && link.role !== 'user') throw memberTaken();
  }

  private async endAll(scope: Scope, links: LiveLink[], reason: EndReason): Promise<number> {
    const ended = await this.holdAndEnd(scope, links, reason);
    const channelOf = new Map(links.map(({ id, channelId }) => [id, channelId]));
    for (const [channelId, some] of Map.groupBy(ended, ({ linkId }) => channelOf.get(linkId)!)) {
      await this.consequences.ofEnding(scope, { channelId, links: some, reason });
    }
    for (const { linkId } of ended) await this.audit.record(scope, 'linking.link_ended', `links/${linkId}`, { reason });
    return ended.length;
  }

  private async holdAndEnd(
    scope: Scope,
    links: { id: string; lineUserId: string }[],
    reason: EndReason,
  ): Promise<LinkRef[]> {
    await this.links.holdLineUsers(
      scope,
      links.map(({ lineUserId }) => lineUserId),
    );
    const ids = links.map(({ id }) => id);
    return this.links.end(scope, ids, { reason, at: scope.clock.now() });
  }
}
