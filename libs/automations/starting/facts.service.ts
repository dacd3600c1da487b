import { Injectable } from '@nestjs/common';
import { EventLog, type AcceptedEventsRef } from '#events';
import { toInstant, type Scope } from '#kernel';
import type { LinkRefs, UnlinkedRefs } from '#linking';
import type { MembersChangedRef } from '#segments';
import { Arrivals, type Arrival, type Arriving } from './arrivals.service.js';
import { RestockNews } from './restock-news.service.js';
import { StartingRepository } from './starting.repository.js';

/** Makes arrivals of the facts that the floors below announce. */
@Injectable()
export class Facts {
  constructor(
    private readonly repository: StartingRepository,
    private readonly arrivals: Arrivals,
    private readonly log: EventLog,
    private readonly restocks: RestockNews,
  ) {}

  async eventsAccepted(scope: Scope, { memberIds, fromSeq, ofNobody }: AcceptedEventsRef): Promise<void> {
    if (ofNobody && (await this.repository.any(scope))) await this.restocks.posted(scope, fromSeq);
    const load = async (types: readonly string[]): Promise<Arrival[]> => {
      const events = await this.log.since(scope, { memberIds, fromSeq, types });
      return events.map(({ memberId, seq, type, at, receivedAt, body }) => {
        return { memberId: memberId!, event: { seq, type, at, body }, receivedAt };
      });
    };
    await this.arrive(scope, { on: 'event', memberIds, fromSeq, load });
  }

  /** A takeover moves ties from one LINE user of a member to another: nobody came, and nobody left. */
  async tiesChanged(scope: Scope, change: 'linked' | 'unlinked', ref: LinkRefs | UnlinkedRefs): Promise<void> {
    if (ref.takeoverId !== undefined) return;
    const { channelId } = ref;
    const receivedAt = scope.clock.now().getTime();
    const ties = await this.repository.ties(
      scope,
      ref.links.map(({ linkId }) => linkId),
    );
    const arrivals = ties.map(({ linkId, memberId, role, route, linkedAt, endedAt }) => {
      const at = change === 'linked' ? linkedAt : (endedAt ?? receivedAt);
      return {
        memberId,
        receivedAt,
        event: { seq: `${change}:${linkId}`, type: change, at, body: { role, route, channelId } },
      };
    });
    // Who walked as a LINE user until now may wait for this, or be done by it.
    const asLineUsers = arrivals.map((arrival, i) => {
      return { ...arrival, memberId: `-${ties[i]!.lineUserId}`, startsNothing: true };
    });
    await this.arriveAll(scope, { on: 'link', channelId }, [...arrivals, ...asLineUsers]);
  }

  /** Who is linked comes in as member, who is not as LINE user. */
  async friendChanged(scope: Scope, channelId: string, lineUserId: string): Promise<void> {
    const friend = await this.repository.friend(scope, channelId, lineUserId);
    if (!friend) return;
    const { memberIds, at } = friend;
    const linked = memberIds.length > 0;
    const event = { seq: `friend:${lineUserId}:${at}`, type: 'friend', at, body: { channelId, linked } };
    const receivedAt = scope.clock.now().getTime();
    await this.arriveAll(
      scope,
      { on: 'friend', channelId },
      (linked ? memberIds : [`-${lineUserId}`]).map((memberId) => ({ memberId, event, receivedAt })),
    );
  }

  /** The fact does not say when; it is told within moments. */
  async rankChanged(scope: Scope, memberIds: readonly string[]): Promise<void> {
    const at = scope.clock.now().getTime();
    const ranks = await this.repository.ranks(scope, memberIds);
    const arrivals = ranks.map(({ memberId, rank }) => {
      return { memberId, receivedAt: at, event: { seq: `rank:${at}`, type: 'rank', at, body: { rank } } };
    });
    await this.arriveAll(scope, { on: 'rank' }, arrivals);
  }

  async optedOut(scope: Scope, memberIds: readonly string[]): Promise<void> {
    const at = scope.clock.now().getTime();
    const event = { seq: `opted_out:${at}`, type: 'opted_out', at, body: {} };
    await this.arriveAll(
      scope,
      {},
      memberIds.map((memberId) => ({ memberId, event, receivedAt: at })),
    );
  }

  async segmentChanged(scope: Scope, { segmentId, change, memberIds, at: instant }: MembersChangedRef): Promise<void> {
    const at = toInstant(instant).getTime();
    const event = { seq: `${change}:${segmentId}:${at}`, type: change, at, body: { segmentId } };
    const receivedAt = scope.clock.now().getTime();
    await this.arriveAll(
      scope,
      { on: 'segment' },
      memberIds.map((memberId) => ({ memberId, event, receivedAt })),
    );
  }

  /** @param id products.id */
  async restocked(scope: Scope, id: string): Promise<void> {
    if (await this.repository.any(scope)) await this.restocks.found(scope, id);
  }

  private arriveAll(scope: Scope, which: Pick<Arriving, 'on' | 'channelId'>, arrivals: Arrival[]): Promise<void> {
    const memberIds = [...new Set(arrivals.map(({ memberId }) => memberId))];
    return this.arrive(scope, { ...which, memberIds, load: async () => arrivals });
  }

  /** Most workspaces have no journeys, and are asked nothing more. */
  private async arrive(scope: Scope, arriving: Arriving): Promise<void> {
    if (await this.repository.any(scope)) await this.arrivals.arrive(scope, arriving);
  }
}
