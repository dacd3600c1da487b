import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { LINE_LIMITS, type DoneOutcome } from '#line';
import { BULK_SETTLES_MS } from '../assignments/menu-decisions.service.js';
import { MenuChannels } from '../rules/menu-channels.service.js';
import { Bulks } from './bulks.service.js';
import { inFlows } from './flows.js';
import { PeopleRepository, type DuePerson } from './people.repository.js';
import type { MenuTurn } from './turn.js';
import { VersionsRepository } from './versions.repository.js';

/** Read at a time: a hundred bulk requests, and few enough that who has just linked is soon in the next. */
const BATCH = 50_000;
/**
 * Up to so many people are told one by one: the answer then says that they have it, where a bulk request is carried out
 * seconds later. Beyond that bulk requests are the quicker way: five hundred people for the price of one.
 */
export const FEW = 100;
const AT_ONCE = 12;
const LONGEST_TURN_MS = 10_000;
/** When LINE has surely carried out a bulk request, and a sample of it is looked at. */
export const LOOK_AFTER_MS = BULK_SETTLES_MS + 1_000;
/** Of each bulk request. */
const LOOKED_AT = 2;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10 * 60_000;

interface Page {
  people: DuePerson[];
  bulk: boolean;
}

/** Gives people the menus they should see. */
@Injectable()
export class People {
  constructor(
    private readonly repository: PeopleRepository,
    private readonly versions: VersionsRepository,
    private readonly bulks: Bulks,
    private readonly menuChannels: MenuChannels,
  ) {}

  /** After a death: whoever may have been given something of which nothing is written down is given theirs again. */
  takeUp({ scope, channelId }: MenuTurn): Promise<void> {
    return this.bulks.takeUp(scope, channelId);
  }

  /** Goes on until nobody is due, or others should have a turn. */
  async run(turn: MenuTurn): Promise<void> {
    const began = performance.now();
    while (turn.mine() && performance.now() - began < LONGEST_TURN_MS) {
      const due = await this.repository.due(turn.scope, turn.channelId, BATCH);
      if (due.length === 0) return;
      const pages = pagesOf(due);
      const inBulk = pages.flatMap(({ people, bulk }) => (bulk ? people : []));
      const begun = await this.bulks.begin(
        turn.scope,
        turn.channelId,
        inBulk.map(({ id }) => id),
      );
      await this.giveAll(turn, pages);
      await this.bulks.end(turn.scope, turn.channelId, begun);
    }
  }

  private async giveAll(turn: MenuTurn, pages: Page[]): Promise<void> {
    let next = 0;
    const flow = async () => {
      for (let page = pages[next++]; page && turn.mine(); page = pages[next++]) await this.give(turn, page);
    };
    await inFlows(AT_ONCE, flow);
  }

  private async give(turn: MenuTurn, { people, bulk }: Page): Promise<void> {
    const outcome = await request(turn, people, bulk);
    const { scope } = turn;
    switch (outcome.kind) {
      case 'done':
        return this.settle(turn, people, bulk);
      case 'rate-limited':
      case 'quota':
        return this.repository.retry(scope, people, later(scope, FIRST_RETRY_MS), 'LINE asks to be slower');
      case 'unauthorized':
        return turn.stop();
      case 'unknown':
        return this.repository.retry(scope, people, nextAttempt(scope, people[0]!.attempts), outcome.error);
      case 'refused':
        if (outcome.status === 404 && people[0]!.lineMenuId !== null) return this.menuIsGone(turn, people);
        // One of them is what LINE dislikes; alone it shows who.
        if (bulk)
          return this.giveAll(
            turn,
            people.map((person) => ({ people: [person], bulk: false })),
          );
        return this.repository.refuse(scope, people, outcome.error);
    }
  }

  private async settle({ scope, unsure }: MenuTurn, people: DuePerson[], bulk: boolean): Promise<void> {
    const { menuId, version } = people[0]!;
    const friends = bulk ? people.filter(({ surelyFriend }) => surelyFriend) : [];
    await this.repository.settle(scope, people, {
      menuId,
      version,
      bulk,
      unsure,
      looked: sampleOf(friends).map(({ id }) => id),
      carriedOut: later(scope, -BULK_SETTLES_MS),
      settlesAt: later(scope, BULK_SETTLES_MS),
      lookAt: later(scope, LOOK_AFTER_MS),
    });
  }

  /** Somebody has deleted it at LINE: it is made anew, and these people wait for it. */
  private async menuIsGone({ scope, channelId }: MenuTurn, people: DuePerson[]): Promise<void> {
    const { menuId, lineMenuId } = people[0]!;
    const gone = (await this.versions.list(scope, channelId)).find((one) => one.lineMenuId === lineMenuId);
    if (gone?.menuId !== menuId) return;
    await this.versions.lost(scope, gone);
    await this.menuChannels.menusChanged(scope, channelId);
  }
}

/** Those somebody waits for go first and one by one; the rest by menu, by the hundred where they are many. */
function pagesOf(due: DuePerson[]): Page[] {
  const single = (people: DuePerson[]) => people.map((person) => ({ people: [person], bulk: false }));
  const waitedFor = due.filter(({ priority }) => priority === 0);
  const alone = waitedFor.length <= FEW ? waitedFor : [];
  const many = due.filter((person) => alone.length === 0 || person.priority !== 0);
  const groups = Map.groupBy(many, ({ lineMenuId }) => lineMenuId).values();
  const rest = [...groups].flatMap((group) => (group.length <= FEW ? single(group) : bulkPages(group)));
  return [...single(alone), ...rest];
}

function bulkPages(group: DuePerson[]): Page[] {
  const size = LINE_LIMITS.richMenus.bulkRecipients;
  const pages = Math.ceil(group.length / size);
  return Array.from({ length: pages }, (_, i) => ({ people: group.slice(i * size, (i + 1) * size), bulk: true }));
}

async function request({ client, paces }: MenuTurn, people: DuePerson[], bulk: boolean): Promise<DoneOutcome> {
  const [{ userId, lineMenuId }] = people as [DuePerson];
  const userIds = people.map((person) => person.userId);
  const kind = lineMenuId === null ? (bulk ? 'bulkUnlink' : 'unlink') : bulk ? 'bulkLink' : 'link';
  const calls = {
    link: () => client.link(userId, lineMenuId!),
    unlink: () => client.unlink(userId),
    bulkLink: () => client.bulkLink(userIds, lineMenuId!),
    bulkUnlink: () => client.bulkUnlink(userIds),
  };
  const outcome = await paces[kind].run(calls[kind]);
  if (outcome.kind === 'rate-limited') paces[kind].slowDown();
  return outcome;
}

/** The first and the last. */
function sampleOf(friends: DuePerson[]): DuePerson[] {
  return friends.length <= LOOKED_AT ? friends : [friends[0]!, friends.at(-1)!];
}

function nextAttempt(scope: Scope, attempts: number): Date {
  return later(scope, Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts, 20), LONGEST_RETRY_MS));
}

function later({ clock }: Scope, milliseconds: number): Date {
  return new Date(clock.now().getTime() + milliseconds);
}
