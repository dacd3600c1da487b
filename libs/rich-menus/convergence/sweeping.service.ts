import { Injectable } from '@nestjs/common';
import { nextChange } from '../rules/rule-times.js';
import { Bulks } from './bulks.service.js';
import { ChannelStateRepository } from './channel-state.repository.js';
import { PeopleRepository, type LiveVersion } from './people.repository.js';
import { People } from './people.service.js';
import { SLICE, Slices, type PeekedSlice } from './slices.service.js';
import type { GivenPage, Page } from './sweeping.repository.js';
import type { MenuTurn } from './turn.js';

/** Kept in memory before it is written down: some ten megabytes. */
const MOST_UNSETTLED = 200_000 / SLICE;

type Live = Map<string, LiveVersion>;

interface SentSlice {
  slice: PeekedSlice;
  /** Undefined where nobody is asked for. */
  bulk: string | undefined;
  given: Promise<GivenPage[]>;
}

/**
 * Judges everybody on a channel and gives the many what has changed for them in the same go. LINE is asked before
 * anything is written: writing takes longer than LINE does, and can be done while LINE carries it out. Whoever dies in
 * between has written nothing, and everybody is judged again.
 */
@Injectable()
export class Sweeping {
  constructor(
    private readonly slices: Slices,
    private readonly people: People,
    private readonly repository: PeopleRepository,
    private readonly state: ChannelStateRepository,
    private readonly bulks: Bulks,
  ) {}

  /** Does so where a judgement is due. */
  async run(turn: MenuTurn): Promise<void> {
    const { scope, channelId } = turn;
    const state = await this.state.read(scope, channelId);
    if (!state?.judgeDueAt || !turn.mine()) return;
    const from = scope.clock.now();
    if (!(await this.judgeAll(turn))) return;
    const nextChangeAt = nextChange(state.rules, from, scope.timeZone);
    await this.state.judged(scope, channelId, { at: from, revision: state.judgeRevision, nextChangeAt });
  }

  /** @returns whether it was everybody */
  private async judgeAll(turn: MenuTurn): Promise<boolean> {
    const live = await this.repository.live(turn.scope, turn.channelId);
    const sent: SentSlice[] = [];
    try {
      await this.sweep(turn, live, sent);
      while (sent.length > 0) await this.settleFirst(turn, sent);
    } finally {
      // Their answers are waited for in any case.
      await Promise.allSettled(sent.map(({ given }) => given));
    }
    turn.unsure = false;
    return turn.mine();
  }

  private async sweep(turn: MenuTurn, live: Live, sent: SentSlice[]): Promise<void> {
    for (let slice = await this.peek(turn, '0', live); slice !== undefined && turn.mine();) {
      if (slice.changed > 0) sent.push(await this.begin(turn, slice, live));
      // Those of two slices are on their way at most.
      await sent.at(-2)?.given;
      const [next] = await Promise.all([this.peek(turn, slice.upTo, live), this.people.run(turn)]);
      if (sent.length > MOST_UNSETTLED) await this.settleFirst(turn, sent);
      slice = next;
    }
  }

  private peek({ scope, channelId }: MenuTurn, after: string, live: Live): Promise<PeekedSlice | undefined> {
    return this.slices.peek(scope, channelId, after, [...live.keys()]);
  }

  /** From now on, who is given something else meanwhile is given it again later. */
  private async begin(turn: MenuTurn, slice: PeekedSlice, live: Live): Promise<SentSlice> {
    const { scope, channelId } = turn;
    const ids = slice.pages.flatMap((page) => page.ids);
    const bulk = await this.bulks.begin(scope, channelId, ids);
    turn.unsure ||= ids.length > 0;
    return { slice, bulk, given: this.send(turn, slice.pages, live) };
  }

  /** @returns the pages that LINE has taken; the people of the others are left to be given theirs in the ordinary way */
  private async send(turn: MenuTurn, pages: Page[], live: Live): Promise<GivenPage[]> {
    const given = await Promise.all(pages.map((page) => this.give(turn, page, live)));
    return given.flatMap((page) => page ?? []);
  }

  private async give(turn: MenuTurn, page: Page, live: Live): Promise<GivenPage | undefined> {
    const { client, paces } = turn;
    const { menuId, userIds } = page;
    const version = menuId === null ? null : live.get(menuId)!;
    if (!turn.mine()) return undefined;
    const pace = version ? paces.bulkLink : paces.bulkUnlink;
    const outcome = await pace.run(() =>
      version ? client.bulkLink(userIds, version.lineMenuId) : client.bulkUnlink(userIds),
    );
    if (outcome.kind === 'rate-limited') pace.slowDown();
    if (outcome.kind === 'unauthorized') await turn.stop();
    return outcome.kind === 'done' ? { ...page, version: version?.version ?? null } : undefined;
  }

  private async settleFirst({ scope, channelId }: MenuTurn, sent: SentSlice[]): Promise<void> {
    const [{ slice, bulk, given }] = sent as [SentSlice];
    await this.slices.settle(scope, channelId, slice, await given);
    await this.bulks.end(scope, channelId, bulk);
    sent.shift();
  }
}
