import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { Jobs } from '#jobs';
import { notFound, type Scope } from '#kernel';
import { Members } from '#members';
import type { LinkDto } from './linking.dto.js';
import { endLinksOfChannel } from './linking.jobs.js';
import { LinksRepository } from './links.repository.js';
import { TieKeeper } from './tie-keeper.service.js';

/** Links of a channel that are ended in one transaction. */
const MOST_ENDED_AT_ONCE = 5_000;

/** Which member is which LINE user. */
@Injectable()
export class Links {
  constructor(
    private readonly links: LinksRepository,
    private readonly members: Members,
    private readonly ties: TieKeeper,
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

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

  /** Ends a link; that it was stays. Ending it again changes nothing. @throws AppError 404 */
  async end(scope: Scope, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const memberId = await this.links.end(scope, id, 'unlinked', scope.clock.now());
      if (!memberId) {
        if (await this.links.exists(scope, id)) return;
        throw notFound('link');
      }
      await this.ties.recount(scope, [memberId]);
      await this.audit.record(scope, 'linking.link_ended', `links/${id}`);
    });
  }

  /** Ends the links of a channel that is gone, a part at a time. */
  async endOfChannel(scope: Scope, channelId: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const end = { at: scope.clock.now(), reason: 'channel_deleted', most: MOST_ENDED_AT_ONCE };
      const memberIds = await this.links.endOfChannel(scope, channelId, end);
      await this.ties.recount(scope, memberIds);
      if (memberIds.length < MOST_ENDED_AT_ONCE) return;
      await this.jobs.enqueue(scope, endLinksOfChannel, { workspaceId: scope.workspaceId, channelId });
    });
  }
}
