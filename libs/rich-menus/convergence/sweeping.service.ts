import { Injectable } from '@nestjs/common';
import { movesBetween } from '../rules/menu-moves.js';
import { nextChange } from '../rules/rule-times.js';
import { Bulks } from './bulks.service.js';
import { ChannelStateRepository, type ChannelState } from './channel-state.repository.js';
import { inFlows } from './flows.js';
import { PeopleRepository, type LiveVersion } from './people.repository.js';
import { People } from './people.service.js';
import { Slices, type PeekedSlice, type Sight } from './slices.service.js';
import type { GivenPage, Page } from './sweeping.repository.js';
import type { MenuTurn } from './turn.js';

/** Slices kept in memory before they are written down: some ten megabytes. */
const MOST_UNSETTLED = 10;
/** Slices at once: while some are read, another one's requests are on their way. */
const AT_ONCE = 3;

interface SentSlice {
  slice: PeekedSlice;
  /** Undefined where nobody is asked for. */
  bulk: string | undefined;
  given: Promise<GivenPage[]>;
}

/** Everybody on a channel, once. */
interface Sweep extends Sight {
  turn: MenuTurn;
  live: Map<string, LiveVersion>;
  /** Asked for and not written down. */
  sent: SentSlice[];
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
    const live = await this.repository.live(scope, channelId);
    const sweep: Sweep = { turn, live, menuIds: [...live.keys()], moves: movesOf(state, from), sent: [] };
    if (!(await this.judgeAll(sweep))) return;
    const nextChangeAt = nextChange(state.rules, from, scope.timeZone);
    await this.state.judged(scope, channelId, { at: from, revision: state.judgeRevision, nextChangeAt });
  }

  /** @returns whether it was everybody */
  private async judgeAll(sweep: Sweep): Promise<boolean> {
    const { turn, sent } = sweep;
    try {
      await this.askAll(sweep);
      while (sent.length > 0) {
        await this.settleFirst(sweep);
        await this.people.run(turn);
      }
    } finally {
      // Their answers are waited for in any case.
      await Promise.allSettled(sent.map(({ given }) => given));
    }
    turn.unsure = false;
    return turn.mine();
  }

  private async askAll(sweep: Sweep): Promise<void> {
    const { turn } = sweep;
    const { scope, channelId } = turn;
    const next = this.slices.of(scope, channelId);
    const serve = oneAtATime(() => this.people.run(turn));
    const settle = oneAtATime(() => this.settleFirst(sweep));
    await inFlows(AT_ONCE, async () => {
      for (let slice = await next(); slice !== undefined && turn.mine(); slice = await next()) {
        const [peeked] = await Promise.all([this.slices.peek(scope, channelId, slice, sweep), serve()]);
        await this.ask(sweep, peeked);
        if (sweep.sent.length > MOST_UNSETTLED) await settle();
      }
    });
  }

  /** From now on, who is given something else meanwhile is given it again later. */
  private async ask(sweep: Sweep, slice: PeekedSlice): Promise<void> {
    // Where nobody was judged, everybody still has to be.
    if (slice.changed === 0 && !sweep.moves) return;
    const { turn, sent } = sweep;
    const ids = slice.pages.flatMap((page) => page.ids);
    turn.unsure ||= ids.length > 0;
    const bulk = await this.bulks.begin(turn.scope, turn.channelId, ids);
    const given = this.send(sweep, slice.pages);
    sent.push({ slice, bulk, given });
    await given;
  }

  /** @returns the pages that LINE has taken; the people of the others are left to be given theirs in the ordinary way */
  private async send(sweep: Sweep, pages: Page[]): Promise<GivenPage[]> {
    const given = await Promise.all(pages.map((page) => this.give(sweep, page)));
    return given.flatMap((page) => page ?? []);
  }

  private async give({ turn, live }: Sweep, page: Page): Promise<GivenPage | undefined> {
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

  private async settleFirst({ turn: { scope, channelId }, sent }: Sweep): Promise<void> {
    const [{ slice, bulk, given }] = sent as [SentSlice];
    const taken = await given;
    await this.state.judgementBegins(scope, channelId);
    await this.slices.settle(scope, channelId, slice, taken);
    await this.bulks.end(scope, channelId, bulk);
    sent.shift();
  }
}

/** Known where the rules have changed in menus only since everybody was judged by them, and nothing stands above them. */
function movesOf({ judgedRules, rules, nextChangeAt, chosenMenuIds }: ChannelState, now: Date) {
  const clockHasChangedThem = nextChangeAt !== null && nextChangeAt <= now;
  if (!judgedRules || clockHasChangedThem || chosenMenuIds.length > 0) return undefined;
  return movesBetween(judgedRules, rules);
}

/** Who asks while it is being done waits for that. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work().finally(() => (running = undefined)));
}
