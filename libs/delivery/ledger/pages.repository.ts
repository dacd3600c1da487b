import { Injectable } from '@nestjs/common';
import { Database, integers, prepared, sql, texts, type Sql } from '#database';
import type { Scope } from '#kernel';
import type { OwnOutcome, PageRef, SharedOutcome } from './leased-page.js';
import { isLeased } from './plannable.repository.js';

/**
 * `due_at` of a page that waits for nothing: it is due by every clock, so that one which is turned back holds nobody back.
 * Within a send such pages leave in the order of their numbers, before those that were put off until a moment.
 */
export const AT_ONCE = sql`'-infinity'::timestamptz`;

/** What became of leased pages. */
@Injectable()
export class PagesRepository {
  constructor(private readonly db: Database) {}

  /**
   * Writes what became of pages, unless somebody else has leased them since. A page of a cancelled send is not due again.
   * @returns those of them that were still these leases', which are those that are written
   */
  async settle<T extends SettledPage>(scope: Scope, settled: readonly T[]): Promise<T[]> {
    const accepted = settled.flatMap(wholeAccepted);
    const whole = new Set(accepted.length > 0 ? await this.accept(scope, accepted) : []);
    const written: T[] = [];
    for (const one of settled) {
      const isWhole = wholeAccepted(one).length > 0;
      if (isWhole ? whole.has(nameOf(one.page)) : (await this.settleOne(scope, one)) > 0) written.push(one);
    }
    return written;
  }

  /** Keeps the page for the ambient transaction; false when it is not this lease's any more. */
  async hold(scope: Scope, page: PageRef): Promise<boolean> {
    const rows = await this.db.query(
      scope,
      sql`select number from pages p
           where workspace_id = ${scope.workspaceId} and send_id = ${page.sendId} and number = ${page.number}
             and fence = ${page.fence} and ${isLeased} for update`,
    );
    return rows.length === 1;
  }

  /** What is due of a send, tried or not, waits until its hours have come. */
  async holdBack(scope: Scope, sendId: string, until: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update pages set due_at = ${until}
           where workspace_id = ${scope.workspaceId} and send_id = ${sendId} and state = 'due' and due_at < ${until}`,
    );
  }

  /** What is due on a channel and was never tried waits. @returns how many pages */
  postponeChannel(scope: Scope, channelId: string, until: Date): Promise<number> {
    return this.db.execute(
      scope,
      sql`update pages p set due_at = ${until} from sends s
           where s.workspace_id = ${scope.workspaceId} and s.channel_id = ${channelId} and s.ended_at is null
             and p.workspace_id = s.workspace_id and p.send_id = s.id and p.state = 'due'
             and p.first_attempt_at is null and p.due_at < ${until}`,
    );
  }

  /** What is due of a send waits; a page with an unknown outcome keeps its own moment. */
  async postpone(scope: Scope, sendId: string, until: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update pages set due_at = ${until}
           where workspace_id = ${scope.workspaceId} and send_id = ${sendId} and state = 'due'
             and first_attempt_at is null and due_at < ${until}`,
    );
  }

  /**
   * Moves some of a held page's people to a page of its own, which starts anew with keys of its own. Of a send that was
   * cancelled nobody starts anew.
   */
  async moveToNewPage(scope: Scope, page: PageRef, memberIds: readonly string[]): Promise<void> {
    const now = scope.clock.now();
    const { workspaceId } = scope;
    await this.db.execute(
      scope,
      sql`with numbered as (
            update sends set pages = pages + 1 where workspace_id = ${workspaceId} and id = ${page.sendId}
            returning pages as number, state = 'cancelled' as cancelled),
          people as (
            select m.*, m.id = any(${memberIds}::bigint[]) and not exists (
                     select from recipients o where o.workspace_id = ${workspaceId} and o.send_id = ${page.sendId}
                                                and o.member_id = m.id) as moves
              from pages p cross join lateral unnest(p.member_ids, p.line_user_ids, p.variables)
                                              with ordinality m (id, line_user_id, variables, place)
             where p.workspace_id = ${workspaceId} and p.send_id = ${page.sendId} and p.number = ${page.number}),
          made as (
            insert into pages (workspace_id, send_id, number, first_member, last_member, block, member_ids,
                               line_user_ids, variables, variant, rest, size, remaining, skipped, state, reason, due_at, settled_at)
            select p.workspace_id, p.send_id, n.number, min(m.id), max(m.id),
                   block_around(min(m.id), max(m.id)),
                   array_agg(m.id order by place), array_agg(m.line_user_id order by place),
                   case when p.variables is not null then array_agg(m.variables order by place) end, p.variant, p.rest,
                   count(*), case when n.cancelled then 0 else count(*) end,
                   case when n.cancelled then jsonb_build_object('cancelled', count(*)) else '{}' end,
                   case when n.cancelled then 'skipped' else 'due' end,
                   case when n.cancelled then 'cancelled' end, ${AT_ONCE}, case when n.cancelled then ${now}::timestamptz end
              from pages p, people m, numbered n
             where p.workspace_id = ${workspaceId} and p.send_id = ${page.sendId} and p.number = ${page.number} and m.moves
             group by p.workspace_id, p.send_id, p.number, n.number, n.cancelled
            returning size),
          kept as (
            select array_agg(id order by place) as ids, array_agg(line_user_id order by place) as users,
                   array_agg(variables order by place) as variables from people where not moves)
          update pages p
             set size = p.size - made.size, remaining = p.remaining - made.size,
                 member_ids = coalesce(kept.ids, '{}'), line_user_ids = coalesce(kept.users, '{}'),
                 variables = case when p.variables is not null then coalesce(kept.variables, '{}') end
            from made, kept
           where p.workspace_id = ${workspaceId} and p.send_id = ${page.sendId} and p.number = ${page.number}`,
    );
  }

  private settleOne(scope: Scope, { page, own, shared }: SettledPage): Promise<number> {
    const now = scope.clock.now();
    const due = shared.state === 'due' ? shared : undefined;
    const requestId = shared.state === 'due' ? null : (shared.requestId ?? null);
    return this.db.execute(
      scope,
      sql`with held as (
            select p.*, s.state = 'cancelled' as cancelled
              from pages p join sends s on s.workspace_id = p.workspace_id and s.id = p.send_id
             where p.workspace_id = ${scope.workspaceId} and p.send_id = ${page.sendId} and p.number = ${page.number}
               and p.fence = ${page.fence} and ${isLeased} for update of p),
          ${own.length > 0 ? ownOutcomes(scope, page, own) : NO_OUTCOMES},
          judged as (
            select held.*, held.remaining - c.n as others, c.accepted as own_accepted, c.rejected as own_rejected,
                   c.uncertain as own_uncertain, c.skipped as own_skipped,
                   case when held.remaining = c.n then 'settled'
                        when ${shared.state} <> 'due' or not held.cancelled then ${shared.state}
                        when ${due?.unknown ?? false} then 'uncertain'
                        else 'skipped' end as next
              from held, counted c)
          update pages p
             set state = j.next,
                 accepted = p.accepted + j.own_accepted + case when j.next = 'accepted' then j.others else 0 end,
                 rejected = p.rejected + j.own_rejected + case when j.next = 'rejected' then j.others else 0 end,
                 uncertain = p.uncertain + j.own_uncertain + case when j.next = 'uncertain' then j.others else 0 end,
                 skipped = add_counts(add_counts(p.skipped, j.own_skipped), case when j.next = 'skipped'
                             then jsonb_build_object('cancelled', j.others) else '{}'::jsonb end),
                 reason = case when j.next = 'skipped' then 'cancelled' end,
                 remaining = case when j.next = 'due' then j.others else 0 end,
                 attempts = p.attempts - case when ${due?.counted ?? true} then 0 else 1 end,
                 first_attempt_at = case when j.next = 'due' and not ${due?.unknown ?? true} then null
                                         else p.first_attempt_at end,
                 due_at = coalesce(${due?.dueAt ?? null}, p.due_at),
                 request_id = coalesce(${requestId}, p.request_id),
                 detail = ${due ? due.error : 'error' in shared ? shared.error : null},
                 settled_at = case when j.next = 'due' then null else ${now}::timestamptz end
            from judged j
           where p.workspace_id = j.workspace_id and p.send_id = j.send_id and p.number = j.number`,
    );
  }

  /**
   * Writes that LINE has accepted whole pages: what nearly always happens, as the plain statement it can be.
   * @returns the names of those written
   */
  private async accept(scope: Scope, pages: readonly AcceptedPage[]): Promise<string[]> {
    const sendIds = pages.map(({ sendId }) => sendId);
    const rows = await this.db.query<Pick<PageRef, 'sendId' | 'number'>>(
      scope,
      prepared(sql`update pages p
             set state = 'accepted', accepted = accepted + remaining, remaining = 0, request_id = a.request_id,
                 detail = null, settled_at = ${scope.clock.now()}
            from unnest(${sendIds}::uuid[], ${integers(pages.map(({ number }) => number))}::integer[],
                        ${integers(pages.map(({ fence }) => fence))}::integer[],
                        ${texts(pages.map(({ requestId }) => requestId))}::text[]) a(send_id, number, fence, request_id)
           where p.workspace_id = ${scope.workspaceId} and p.send_id = a.send_id and p.number = a.number
             and p.fence = a.fence and ${isLeased}
          returning p.send_id as "sendId", p.number`),
    );
    return rows.map(nameOf);
  }
}

/** What became of a leased page: outcomes of single persons, and of the others. */
export interface SettledPage {
  page: PageRef;
  own: readonly OwnOutcome[];
  shared: SharedOutcome;
}

function nameOf({ sendId, number }: Pick<PageRef, 'sendId' | 'number'>): string {
  return `${sendId} ${number}`;
}

type AcceptedPage = PageRef & { requestId: string };

/** The page, where LINE has accepted all of it. */
function wholeAccepted({ page, own, shared }: SettledPage): AcceptedPage[] {
  return own.length === 0 && shared.state === 'accepted' ? [{ ...page, requestId: shared.requestId }] : [];
}

const NO_OUTCOMES = sql`
  counted as (select 0 as n, 0 as accepted, 0 as rejected, 0 as uncertain, '{}'::jsonb as skipped)`;

/** Writes the outcomes that single persons of the page `held` have, and counts them. */
function ownOutcomes(scope: Scope, page: PageRef, own: readonly OwnOutcome[]): Sql {
  const column = (of: (outcome: OwnOutcome) => string | undefined) => own.map((outcome) => of(outcome) ?? null);
  return sql`
    own as (
      insert into recipients (workspace_id, send_id, member_id, page, state, reason, detail, request_id, settled_at)
      select ${scope.workspaceId}, ${page.sendId}, o.member_id, held.number, o.state, o.reason, o.detail, o.request_id,
             ${scope.clock.now()}
        from held, unnest(${column(({ memberId }) => memberId)}::bigint[], ${column(({ state }) => state)}::text[],
                          ${column(({ reason }) => reason)}::text[], ${column(({ detail }) => detail)}::text[],
                          ${column(({ requestId }) => requestId)}::text[])
                     o(member_id, state, reason, detail, request_id)
      returning state, reason),
    counted as (
    select count(*)::int as n, count(*) filter (where state = 'accepted')::int as accepted,
           count(*) filter (where state = 'rejected')::int as rejected,
           count(*) filter (where state = 'uncertain')::int as uncertain,
           (select coalesce(jsonb_object_agg(reason, n), '{}') from
              (select reason, count(*) as n from own where state = 'skipped' group by reason) by_reason) as skipped
      from own)`;
}
