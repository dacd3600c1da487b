import { Injectable } from '@nestjs/common';
import { ReceivedEvents, type FriendWord } from '#channels';
import type { Scope } from '#kernel';
import { isIn, type Period } from '../period.js';
import { GatheredStarts } from './gathered-starts.js';
import { PastsRepository, type TieOfLineUser } from './pasts.repository.js';

/** Words of LINE read at a time. */
const BATCH = 5_000;

/** Who came as a friend of a channel, by what LINE said. */
@Injectable()
export class FriendStarts {
  constructor(
    private readonly pasts: PastsRepository,
    private readonly received: ReceivedEvents,
  ) {}

  /** Who was linked then comes as member, who was not as LINE user. */
  async gather(scope: Scope, channelId: string, period: Period): Promise<GatheredStarts> {
    const gathered = new GatheredStarts();
    const followed = await this.followed(scope, channelId, period);
    const lineUserIds = [...followed.keys()];
    for (let from = 0; from < lineUserIds.length; from += BATCH) {
      const batch = lineUserIds.slice(from, from + BATCH);
      const ties = Map.groupBy(await this.pasts.tiesOf(scope, batch), ({ lineUserId }) => lineUserId);
      for (const lineUserId of batch)
        for (const at of followed.get(lineUserId)!) {
          const members = membersAt(ties.get(lineUserId), at);
          const people = members.length > 0 ? members : [`-${lineUserId}`];
          const body = { channelId, linked: members.length > 0 };
          const event = { seq: `friend:${lineUserId}:${at}`, type: 'friend', at, body };
          people.forEach((person) => gathered.add(person, event));
        }
    }
    return gathered;
  }

  /** Moments at which people followed, by line_users.id, in order of time. */
  private async followed(scope: Scope, channelId: string, period: Period): Promise<Map<string, number[]>> {
    const words: FriendWord[] = [];
    for (let after: string | null = '0'; after !== null;) {
      const read = await this.received.friendWords(scope, channelId, { after, most: BATCH });
      words.push(...read.words.filter(({ at }) => isIn(period, at)));
      after = read.last;
    }
    const byPerson = Map.groupBy(words, ({ lineUserId }) => lineUserId);
    return new Map([...byPerson].map(([lineUserId, own]) => [lineUserId, momentsOfFollowing(own)]));
  }
}

/** Who came and went at the same instant has gone, as in the state that is kept. */
function momentsOfFollowing(words: readonly FriendWord[]): number[] {
  const of = (state: FriendWord['friendState']) =>
    new Set(words.filter(({ friendState }) => friendState === state).map(({ at }) => at.getTime()));
  const gone = of('blocked');
  return [...of('friend')].filter((at) => !gone.has(at)).sort((a, b) => a - b);
}

function membersAt(ties: readonly TieOfLineUser[] | undefined, at: number): string[] {
  const live = (ties ?? []).filter(({ linkedAt, endedAt }) => linkedAt <= at && (endedAt === null || endedAt > at));
  return [...new Set(live.map(({ memberId }) => memberId))];
}
