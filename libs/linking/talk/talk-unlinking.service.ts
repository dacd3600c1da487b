import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { newSecret, sha256 } from '#kernel';
import type { LineMessage } from '#line';
import { Links } from '../links.service.js';
import { writtenDay } from '../pages/language.js';
import type { TalkTurn } from './talk-turn.js';
import { UnlinkQuestionsRepository } from './unlink-questions.repository.js';

/** As long as an invitation to link. */
const ANSWERABLE_MS = 10 * 60_000;

/** Ends links in the talk: asks which if there are several, asks again, and then does it. */
@Injectable()
export class TalkUnlinking {
  constructor(
    private readonly links: Links,
    private readonly questions: UnlinkQuestionsRepository,
    private readonly db: Database,
  ) {}

  /** @param chosen one of several links (links.id), or all of them; undefined: nothing was chosen yet */
  async ask(turn: TalkTurn, chosen: { linkId?: string; all?: true }): Promise<LineMessage[]> {
    const { scope, person, messages, page } = turn;
    const live = await this.links.liveOfLineUser(scope, person.lineUserId);
    if (live.length === 0) return messages.notLinked();
    const wanted = chosen.linkId === undefined ? live : live.filter(({ id }) => id === chosen.linkId);
    if (wanted.length === 0) return messages.answerExpired();
    if (wanted.length > 1 && !chosen.all) {
      return messages.whichToUnlink(
        live.map((link) => ({ ...link, linkedOn: writtenDay(page.language, link.linkedAt, scope.timeZone) })),
      );
    }
    const token = await this.question(
      turn,
      wanted.map(({ id }) => id),
    );
    return messages.reallyUnlink(wanted.length === 1 ? wanted[0]!.role : undefined, token);
  }

  /** Ends what was asked about. The same event again, after a run that died, ends nothing more and says the same. */
  async confirmed({ scope, channelId, eventId, person, messages }: TalkTurn, token: string): Promise<LineMessage[]> {
    return this.db.transaction(scope, async () => {
      const question = { tokenHash: sha256(token), channelId, lineUserId: person.lineUserId };
      const linkIds = await this.questions.answer(scope, question, eventId, scope.clock.now());
      if (!linkIds) return messages.answerExpired();
      const live = await this.links.liveOfLineUser(scope, person.lineUserId);
      const ending = live.filter(({ id }) => linkIds.includes(id));
      for (const { id } of ending) await this.links.end(scope, id, 'unlinked_in_talk');
      return messages.unlinked(ending.map(({ role }) => role));
    });
  }

  private async question({ scope, channelId, person }: TalkTurn, linkIds: string[]): Promise<string> {
    const [token, now] = [newSecret(), scope.clock.now()];
    await this.db.transaction(scope, async () => {
      await this.questions.forget(scope, person.lineUserId, now);
      await this.questions.add(scope, {
        tokenHash: sha256(token),
        channelId,
        lineUserId: person.lineUserId,
        linkIds,
        expiresAt: new Date(now.getTime() + ANSWERABLE_MS),
      });
    });
    return token;
  }
}
