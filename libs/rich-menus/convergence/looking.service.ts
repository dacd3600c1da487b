import { Injectable } from '@nestjs/common';
import type { ReadOutcome } from '#line';
import { BULK_SETTLES_MS } from '../assignments/menu-decisions.service.js';
import { PeopleRepository, type LookedAt } from './people.repository.js';
import { isGone, type MenuTurn } from './turn.js';
import { ChannelStateRepository } from './channel-state.repository.js';
import { VersionsRepository, type Version } from './versions.repository.js';
import { tabsOf } from './wanted.js';

/** Looked at in one go. */
const BATCH = 500;
const AT_ONCE = 10;
/** Who has been given their menu so often, and is never seen with it, is left alone. */
const MOST_MISSES = 3;
/** Of those looked at together: beyond this it is no slip, and everybody is given theirs again. */
const LARGE_SHARE = 0.1;
const LEAST_MISSED = 3;
/** LINE did not say what it shows. */
const LOOK_AGAIN_MS = 60_000;

type Finding = 'right' | 'wrong' | 'unknown';

/** Looks at LINE whether people have what they were given: bulk requests are only accepted, and others have hands too. */
@Injectable()
export class Looking {
  constructor(
    private readonly people: PeopleRepository,
    private readonly versions: VersionsRepository,
    private readonly state: ChannelStateRepository,
  ) {}

  async run(turn: MenuTurn): Promise<void> {
    if (!turn.mine()) return;
    const { scope, channelId } = turn;
    const looked = await this.people.toLookAt(scope, channelId, BATCH);
    if (looked.length === 0) return;
    const versions = await this.versions.list(scope, channelId);
    const defaultMenuId = (await this.state.read(scope, channelId))?.defaultMenuId ?? null;
    const findings: Finding[] = [];
    let next = 0;
    const flow = async () => {
      for (let one = looked[next++]; one && turn.mine(); one = looked[next++])
        findings.push(await this.look(turn, one, { versions, defaultMenuId }));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, flow));
    const wrong = findings.filter((finding) => finding === 'wrong').length;
    const isMany = wrong >= LEAST_MISSED && wrong > findings.length * LARGE_SHARE;
    if (isMany) await this.people.markAll(scope, channelId, null);
  }

  private async look(
    turn: MenuTurn,
    person: LookedAt,
    { versions, defaultMenuId }: { versions: Version[]; defaultMenuId: string | null },
  ): Promise<Finding> {
    const { scope, client, paces } = turn;
    const outcome = await paces.ofUser.run(() => client.ofUser(person.userId));
    if (outcome.kind === 'rate-limited') paces.ofUser.slowDown();
    if (outcome.kind === 'unauthorized') await turn.stop();
    const shown = shownBy(outcome);
    if (shown === undefined) {
      await this.people.lookLater(scope, person.id, new Date(scope.clock.now().getTime() + LOOK_AGAIN_MS));
      return 'unknown';
    }
    if (shown === person.lineMenuId) {
      await this.people.seen(scope, person.id);
      return 'right';
    }
    const tapped = tabShown(shown, person.menuId ?? defaultMenuId, versions);
    if (tapped) {
      await this.people.seen(scope, person.id, tapped);
      return 'right';
    }
    return this.miss(turn, person);
  }

  private async miss({ scope, channelId }: MenuTurn, person: LookedAt): Promise<Finding> {
    const { id, misses, bulkAt, surelyFriend } = person;
    if (misses >= MOST_MISSES) {
      await this.people.giveUp(scope, id, 'LINE takes the menu and does not show it; they may be no friend');
      return 'unknown';
    }
    const now = scope.clock.now().getTime();
    await this.people.missed(scope, id, new Date(now + BULK_SETTLES_MS));
    // The others of the same request are as likely not to have it.
    if (surelyFriend && misses === 0 && bulkAt && now - bulkAt.getTime() < 10 * BULK_SETTLES_MS)
      await this.people.markAll(scope, channelId, bulkAt);
    return surelyFriend ? 'wrong' : 'unknown';
  }
}

/** LINE's id of a person's own menu; null: none; undefined: LINE did not say. */
function shownBy(outcome: ReadOutcome<{ richMenuId: string }>): string | null | undefined {
  if (outcome.kind === 'answered') return outcome.value.richMenuId;
  return isGone(outcome) ? null : undefined;
}

/** The tab that a person may have come to by tapping from the menu they were given. */
function tabShown(shown: string | null, given: string | null, versions: Version[]) {
  if (shown === null || given === null) return undefined;
  const tabs = tabsOf(given, versions);
  return versions.find(({ lineMenuId, state, menuId }) => lineMenuId === shown && state === 'live' && tabs.has(menuId));
}
