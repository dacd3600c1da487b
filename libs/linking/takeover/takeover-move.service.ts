import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { Jobs } from '#jobs';
import { notFound, type Scope } from '#kernel';
import { takenOver, takeoverUndone, type LinkRef } from '../linking.jobs.js';
import { LinksRepository, type LiveLink } from '../links.repository.js';
import { LinkConsequences } from '../link-consequences.service.js';
import { lineUserTaken } from '../linking.errors.js';
import type { GrantTokens } from '../unlink/login-grants.service.js';
import { takeoverMovedOn, takeoverNotLinked, takeoverOver, takeoverUndoOver } from './takeovers.errors.js';
import { TakeoversRepository, type MovedLink, type Takeover } from './takeovers.repository.js';
import { subjectOf } from './takeovers.service.js';

const DAY_MS = 24 * 60 * 60_000;

/** The new LINE user, as its login has proven it. */
export interface NewHolder {
  /** line_users.id */
  lineUserId: string;
  tokens?: GrantTokens;
}

/** Moves links from one LINE user to another, and back, each in one transaction. */
@Injectable()
export class TakeoverMove {
  constructor(
    private readonly takeovers: TakeoversRepository,
    private readonly links: LinksRepository,
    private readonly consequences: LinkConsequences,
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

  /**
   * Moves all that the takeover is about, once. The old LINE user's consent to the Login channel is kept for the day in
   * which it can be undone.
   * @throws AppError 409 linking.takeover_over for whoever is second, linking.takeover_not_linked where nothing is left to
   * move, linking.line_user_taken where the new LINE user has such a role for another member
   */
  async move(scope: Scope, takeover: Takeover, { lineUserId, tokens }: NewHolder): Promise<void> {
    const { id, channelId, memberId, fromLineUserId } = takeover;
    const undoUntil = new Date(scope.clock.now().getTime() + DAY_MS);
    await this.db.transaction(scope, async () => {
      await this.links.holdLineUsers(scope, [fromLineUserId, lineUserId]);
      if (!(await this.takeovers.take(scope, id, { toLineUserId: lineUserId, undoUntil }))) throw takeoverOver();
      const old = (await this.links.live(scope, { lineUserId: fromLineUserId })).filter(
        (link) => link.memberId === memberId && link.channelId === channelId,
      );
      if (old.length === 0) throw takeoverNotLinked();
      const ids = old.map((link) => link.id);
      const ended = await this.links.end(scope, ids, { reason: 'taken_over', at: scope.clock.now() });
      const change = { channelId, takeoverId: id };
      await this.consequences.ofEnding(scope, {
        ...{ ...change, links: ended, reason: 'taken_over' as const },
        deauthorizeAt: undoUntil,
      });
      const given = old.map((link) => ({ ...link, route: 'login' as const }));
      const { moved, made } = await this.give(scope, given, lineUserId);
      await this.refuseStrangers(scope, takeover, lineUserId, made);
      if (tokens) await this.consequences.granted(scope, channelId, lineUserId, tokens);
      await this.consequences.ofMaking(scope, { ...change, links: made });
      await this.takeovers.writeMoved(scope, id, moved);
      await this.jobs.announce(scope, takenOver, this.ref(scope, takeover, lineUserId));
      await this.audit.record(scope, 'linking.taken_over', subjectOf(id), { links: moved.length });
    });
  }

  /**
   * Gives the old LINE user back what the takeover took: the same roles, by the same routes, since the same dates.
   * @throws AppError 404, 409 linking.takeover_undo_over, linking.takeover_moved_on
   */
  async undo(scope: Scope, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const takeover = await this.takeovers.find(scope, id);
      if (!takeover) throw notFound('takeover');
      const { channelId, fromLineUserId, toLineUserId } = takeover;
      if (toLineUserId === null) throw takeoverUndoOver();
      await this.links.holdLineUsers(scope, [fromLineUserId, toLineUserId]);
      if (!(await this.takeovers.undo(scope, id))) throw takeoverUndoOver();
      const moved = await this.takeovers.moved(scope, id);
      const change = { channelId, takeoverId: id };
      const ended = await this.endNew(scope, moved);
      await this.consequences.ofEnding(scope, { ...change, links: ended, reason: 'takeover_undone' });
      const old = await this.links.findAll(
        scope,
        moved.map(({ fromLinkId }) => fromLinkId),
      );
      const { moved: restored, made } = await this.give(scope, old, fromLineUserId);
      await this.takeovers.standIn(scope, restored);
      await this.consequences.ofMaking(scope, { ...change, links: made });
      await this.jobs.announce(scope, takeoverUndone, this.ref(scope, takeover, toLineUserId));
      await this.audit.record(scope, 'linking.takeover_undone', subjectOf(id), { links: made.length });
    });
  }

  /** Ends what the takeover has made, as far as it lives. */
  private async endNew(scope: Scope, moved: MovedLink[]): Promise<LinkRef[]> {
    const reason = 'takeover_undone';
    const ids = moved.map(({ toLinkId }) => toLinkId);
    if (await this.links.anyEnded(scope, ids, 'taken_over')) throw takeoverMovedOn();
    const made = moved.filter((link) => link.made).map(({ toLinkId }) => toLinkId);
    return this.links.end(scope, made, { reason, at: scope.clock.now() });
  }

  /** Makes these links again for a LINE user, where they are not there already. */
  private async give(
    scope: Scope,
    links: LiveLink[],
    lineUserId: string,
  ): Promise<{ moved: MovedLink[]; made: LinkRef[] }> {
    const there = await this.links.live(scope, { lineUserId });
    const moved: MovedLink[] = [];
    const made: LinkRef[] = [];
    for (const link of links) {
      const { memberId, role, route } = link;
      const same = there.find((one) => one.role === role && one.memberId === memberId);
      const linkId = same?.id ?? (await this.links.insert(scope, { ...link, lineUserId }));
      moved.push({ fromLinkId: link.id, toLinkId: linkId, made: !same });
      if (!same) made.push({ linkId, memberId, lineUserId, role, route });
    }
    return { moved, made };
  }

  /** A household that shared the old LINE user may share the new one; beyond that, a role is one member's. */
  private async refuseStrangers(scope: Scope, from: Takeover, lineUserId: string, made: LinkRef[]): Promise<void> {
    const cameAlong = new Set(await this.takeovers.membersMoved(scope, from.fromLineUserId, lineUserId));
    const others = (await this.links.live(scope, { lineUserId })).filter(({ memberId }) => !cameAlong.has(memberId));
    const taken = made.some(({ role, memberId }) =>
      others.some((other) => other.role === role && other.memberId !== memberId),
    );
    if (taken) throw lineUserTaken();
  }

  private ref({ workspaceId }: Scope, takeover: Takeover, toLineUserId: string) {
    const { id: takeoverId, channelId, memberId, fromLineUserId } = takeover;
    return { workspaceId, channelId, takeoverId, memberId, fromLineUserId, toLineUserId };
  }
}
