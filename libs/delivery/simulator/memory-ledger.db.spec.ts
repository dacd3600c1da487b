import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Database, sql } from '#database';
import { createTestApp, type TestApp } from '#testing';
import { DeliveryJobsModule } from '../delivery.module.js';
import type { LeasedPage, OwnOutcome, SharedOutcome } from '../ledger/leased-page.js';
import { LeasesRepository } from '../ledger/leases.repository.js';
import { PagesRepository } from '../ledger/pages.repository.js';
import { SEND_CLASSES } from '../ledger/send.entity.js';
import { SendsRepository } from '../ledger/sends.repository.js';
import { DeliveryStage, HELLO, PeopleModule, PERSONAL } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';
import { command, PEOPLE, type Command, type DueIn } from './testing/ledger-commands.js';
import { MemoryLeases } from './memory-ledger/memory-leases.js';
import { MemoryPages } from './memory-ledger/memory-pages.js';
import { MemorySends } from './memory-ledger/memory-sends.js';
import {
  AT_ONCE,
  MemoryTables,
  type MemoryOutcome,
  type MemoryPage,
  type MemoryPerson,
  type MemorySend,
} from './memory-ledger/tables.js';

const NOBODY = '00000000-0000-0000-0000-000000000000';
const ALL = { classes: SEND_CLASSES, windows: [] };

/** The real repositories and those in memory, side by side over the same people and sends. */
class BothLedgers {
  private readonly tables = new MemoryTables();
  private readonly memory = {
    leases: new MemoryLeases(this.tables),
    pages: new MemoryPages(this.tables),
    sends: new MemorySends(this.tables),
  };
  private readonly real;
  /** Every lease there has been, also those that are over. */
  private readonly leases: { ref: LeasedPage; inMemory: LeasedPage }[] = [];

  constructor(
    private readonly app: TestApp,
    private readonly stage: DeliveryStage,
  ) {
    this.real = { leases: app.get(LeasesRepository), pages: app.get(PagesRepository), sends: app.get(SendsRepository) };
  }

  async load(): Promise<void> {
    for (const send of await this.sends()) this.tables.sends.set(send.id, send);
    this.tables.pages.push(...(await this.pages()));
    for (const person of await this.people()) this.tables.people.set(person.lineUserId, person);
  }

  async run(one: Command): Promise<void> {
    const { scope } = this.stage;
    switch (one.do) {
      case 'lease':
        return this.lease(one);
      case 'settle':
        return this.settle(one);
      case 'move':
        return this.move(one);
      case 'recover':
        return this.both(({ leases }) => leases.recover(scope, this.stage.channelId));
      case 'finish':
        return this.both(({ sends }) => sends.finish(scope, { channelId: this.stage.channelId }));
      case 'cancel':
        return this.both(({ sends }) => sends.cancel(scope, this.send(one.which)));
      case 'pause':
        return this.both(({ sends }) => sends.stop(scope, this.send(one.which), 'paused', null));
      case 'resume':
        return this.both(({ sends }) => sends.resume(scope, this.send(one.which)));
      case 'postpone':
        return this.both(({ pages }) =>
          pages.postpone(scope, this.send(one.which), new Date(scope.clock.now().getTime() + 300_000)),
        );
      case 'pass':
        return scope.clock.advance(one.ms);
      default:
        return this.change(one.do, one.which);
    }
  }

  async areTheSame(): Promise<void> {
    const { tables } = this;
    const sorted = (pages: MemoryPage[]) =>
      pages.map((page) => ({ ...page, memberIds: page.memberIds.map(String) })).sort(byPage);
    expect(sorted(tables.pages)).toEqual(sorted(await this.pages()));
    expect(await this.sends()).toEqual([...tables.sends.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
    expect(await this.ownOutcomes()).toEqual(tables.ownOutcomes().sort(byMember));
  }

  /** As everybody else is told it. */
  async tellTheSame(): Promise<void> {
    const { tables } = this;
    for (const { id } of tables.sends.values()) {
      const told = await this.stage.outcomes(id);
      const brief = told.map(({ memberId, state, reason, detail, requestId }) => ({
        memberId,
        state,
        reason,
        detail,
        requestId,
      }));
      expect(tables.outcomesOf(id).sort(byMember)).toEqual(brief.sort(byMember));
      expect(tables.totalsOf(id)).toEqual(await this.stage.totals(id));
    }
  }

  private async both(work: (ledger: BothLedgers['memory']) => Promise<unknown>): Promise<void> {
    const answers = [await work(this.real as never), await work(this.memory)];
    expect(answers[1]).toEqual(answers[0]);
  }

  private async lease({ personalised, limit, after }: Extract<Command, { do: 'lease' }>): Promise<void> {
    const { scope, channelId } = this.stage;
    const request = { channelId, personalised, limit, after: after % 3 === 0 ? NOBODY : this.send(after), open: ALL };
    const real = (await this.real.leases.lease(scope, request)).sort(byPage);
    const inMemory = (await this.memory.leases.lease(scope, request)).sort(byPage);
    const told = (page: LeasedPage) => ({
      ...page,
      userIds: page.userIds(),
      people: personalised ? page.people() : null,
    });
    expect(inMemory.map(told)).toEqual(real.map(told));
    real.forEach((ref, i) => this.leases.push({ ref, inMemory: inMemory[i]! }));
    for (const page of real) await this.both(({ leases }) => leases.membersOf(scope, page));
    await this.both(async ({ leases }) =>
      (await leases.sendingNow(scope, channelId)).sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  }

  private async settle(one: Extract<Command, { do: 'settle' }>): Promise<void> {
    const page = this.leased(one.which);
    if (!page) return;
    const open = await this.memory.leases.membersOf(this.stage.scope, page);
    const outcomes = open.flatMap((memberId, i): OwnOutcome[] => {
      const state = one.own[i];
      return state
        ? [
            {
              memberId,
              state,
              ...(state === 'skipped' ? { reason: 'missing_variable', detail: 'x' } : { requestId: `r${i}` }),
            },
          ]
        : [];
    });
    await this.both(async ({ pages }) => {
      const written = await pages.settle(this.stage.scope, [{ page, own: outcomes, shared: this.at(one.shared) }]);
      return written.length;
    });
  }

  /** As the courier does in one transaction. */
  private async move({ which, groups, shared: then }: Extract<Command, { do: 'move' }>): Promise<void> {
    const page = this.leased(which);
    if (!page) return;
    const { scope } = this.stage;
    const open = await this.memory.leases.membersOf(scope, page);
    await this.both(async (ledger) => {
      const work = async () => {
        if (!(await ledger.pages.hold(scope, page))) return false;
        for (const group of groups) {
          const ids = group.flatMap((place) => open[place] ?? []);
          await ledger.pages.moveToNewPage(scope, page, ids);
        }
        return (await ledger.pages.settle(scope, [{ page, own: [], shared: this.at(then) }])).length;
      };
      return ledger === this.memory ? work() : this.app.get(Database).transaction(scope, work);
    });
  }

  private async change(what: 'block' | 'befriend' | 'forget' | 'unlink', which: number): Promise<void> {
    const { peopleTable, scope, people } = this.stage;
    const { memberId, userId } = people[which % people.length]!;
    const person = [...this.tables.people.values()].find((one) => one.userId === userId)!;
    if (what === 'unlink') {
      await peopleTable.unlink(scope, memberId);
      person.roles = [];
      return;
    }
    const state = ({ block: 'blocked', befriend: 'friend', forget: 'none' } as const)[what];
    await peopleTable.setFriend(scope, userId, state);
    person.friendState = state;
  }

  private at(wanted: DueIn): SharedOutcome {
    if (wanted.state !== 'due') return wanted;
    const { inMs, ...rest } = wanted;
    return { ...rest, dueAt: new Date(this.stage.scope.clock.now().getTime() + inMs) };
  }

  private send(which: number): string {
    const ids = [...this.tables.sends.keys()];
    return ids[which % ids.length]!;
  }

  private leased(which: number): LeasedPage | undefined {
    return this.leases.length === 0
      ? undefined
      : this.leases[this.leases.length - 1 - (which % this.leases.length)]!.ref;
  }

  private sends(): Promise<MemorySend[]> {
    return this.app.get(Database).query<MemorySend>(
      this.stage.scope,
      sql`select id, channel_id as "channelId", origin_kind as "originKind", origin_id as "originId", class, messages,
                 content_hash as "contentHash", personalised, unit, rule, as_of as "asOf", role, split, value,
                 send_window as "window", most, state, checked_at as "checkedAt", planned_at as "plannedAt", problem,
                 created_at as "createdAt", ended_at as "endedAt", audience, pages
            from sends where workspace_id = ${this.stage.scope.workspaceId} order by id`,
    );
  }

  private async pages(): Promise<MemoryPage[]> {
    const rows = await this.app.get(Database).query<Omit<MemoryPage, 'dueAt'> & { dueAt: Date | number }>(
      this.stage.scope,
      sql`select send_id as "sendId", number, member_ids::text[] as "memberIds", line_user_ids::text[] as "lineUserIds",
                 to_jsonb(variables) as variables, variant, size, remaining, accepted, rejected, uncertain, skipped, state, reason,
                 attempts, first_attempt_at as "firstAttemptAt", due_at as "dueAt", fence, body_hash as "bodyHash",
                 request_id as "requestId", detail, settled_at as "settledAt"
            from pages where workspace_id = ${this.stage.scope.workspaceId}`,
    );
    return rows.map((page) => ({ ...page, dueAt: page.dueAt === -Infinity ? AT_ONCE : (page.dueAt as Date) }));
  }

  private people(): Promise<MemoryPerson[]> {
    return this.app.get(Database).query<MemoryPerson>(
      this.stage.scope,
      sql`select l.member_id::text as "memberId", u.id::text as "lineUserId", u.user_id as "userId",
                 u.friend_state as "friendState", array[l.role] as roles
            from line_users u join links l on l.workspace_id = u.workspace_id and l.line_user_id = u.id
           where u.workspace_id = ${this.stage.scope.workspaceId}`,
    );
  }

  private async ownOutcomes(): Promise<MemoryOutcome[]> {
    const rows = await this.app.get(Database).query<MemoryOutcome>(
      this.stage.scope,
      sql`select send_id as "sendId", member_id::text as "memberId", page, state, reason, detail,
                 request_id as "requestId", settled_at as "settledAt"
            from recipients where workspace_id = ${this.stage.scope.workspaceId}`,
    );
    return rows.sort(byMember);
  }
}

function byPage(a: { sendId: string; number: number }, b: { sendId: string; number: number }): number {
  return a.sendId === b.sendId ? a.number - b.number : a.sendId < b.sendId ? -1 : 1;
}

function byMember(a: { sendId?: string; memberId: string }, b: { sendId?: string; memberId: string }): number {
  return (a.sendId ?? '').localeCompare(b.sendId ?? '') || Number(a.memberId) - Number(b.memberId);
}

describe('The ledger in memory', () => {
  let line: EmulatedLine;
  let app: TestApp;

  beforeAll(async () => {
    line = await EmulatedLine.start();
    app = await createTestApp({
      imports: [DeliveryJobsModule, PeopleModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 5_000 },
    });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  it('does what the SQL does, whatever is done in whichever order', async () => {
    const commands = fc.array(command, { minLength: 5, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        const stage = await DeliveryStage.open(app, line, PEOPLE);
        await stage.planned(HELLO);
        await stage.planned(PERSONAL);
        await stage.planned(HELLO, { class: 'triggered', role: 'member' });
        const both = new BothLedgers(app, stage);
        await both.load();
        await both.areTheSame();
        for (const one of list) {
          await both.run(one);
          await both.areTheSame();
        }
        await both.tellTheSame();
      }),
      { numRuns: 30, seed: 5 },
    );
  }, 300_000);
});
