import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '#database';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { Workspaces } from '#workspaces';
import { Catalog } from '../catalog/catalog.service.js';
import { eventsAccepted, MOST_MEMBERS_IN_A_FACT } from '../events.jobs.js';
import { hasAmounts } from '../kinds/amounts.js';
import type { Event } from '../kinds/event-kinds.js';
import { changesOf, termsOf } from './changes.js';
import { EventsRepository, type NewEvent } from './events.repository.js';
import { Feeding } from './feeding.service.js';
import { newEvent, pageViewsOf } from './rows.js';
import { screen, type Known, type Outcome } from './screening.js';

/** Stores one batch of valid events, with all that follows from them, in one transaction. */
@Injectable()
export class Batches implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly events: EventsRepository,
    private readonly workspaces: Workspaces,
    private readonly catalog: Catalog,
    private readonly feeding: Feeding,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.workspaces.registerAmounts((scope) => this.events.hasAmounts(scope));
  }

  /**
   * @param look whether to look first for what is stored already; without it nothing is taken to be
   * @returns what became of each event
   * @throws Conflict, or Postgres' unique_violation, where another batch was faster; begun anew it will see what that one did
   */
  async store(scope: Scope, events: Event[], { look }: { look: boolean }): Promise<Outcome[]> {
    const terms = await this.catalog.numbersOf(scope, termsOf(events));
    return this.db.transaction(scope, async () => {
      const currency = events.some(hasAmounts) ? await this.workspaces.holdCurrency(scope) : scope.currency;
      const known = look ? await this.events.known(scope, ...namesOf(events)) : NOTHING;
      const { outcomes, accepted } = screen(events, known, currency);
      if (accepted.length === 0) return outcomes;
      const changes = changesOf(accepted, terms);
      // Members are made only now: an event that is refused or known already leaves none behind.
      const ids = await this.feeding.idsOf(scope, changes);
      const rows = accepted.map(({ event }) => newEvent(event, ids));
      const fromSeq = await this.events.add(scope, rows, pageViewsOf(accepted, ids, terms));
      await this.announce(scope, rows, fromSeq);
      await this.feeding.feed(scope, { ...changes, ids, stored: known.owners });
      return outcomes;
    });
  }

  /** Once for all of a batch; before the members are held, because it is the same whoever holds them. */
  private async announce(scope: Scope, rows: NewEvent[], fromSeq: string): Promise<void> {
    const { workspaceId } = scope;
    const members = new Set(rows.map(({ memberId }) => memberId));
    let ofNobody = members.delete(null);
    const memberIds = [...members] as string[];
    for (let from = 0; from === 0 || from < memberIds.length; from += MOST_MEMBERS_IN_A_FACT) {
      const part = memberIds.slice(from, from + MOST_MEMBERS_IN_A_FACT);
      await this.jobs.announce(scope, eventsAccepted, { workspaceId, memberIds: part, fromSeq, ofNobody });
      ofNobody = false;
    }
  }
}

const NOTHING: Known = { eventIds: new Set(), owners: new Map() };

function namesOf(events: Event[]): [eventIds: string[], orderIds: string[]] {
  const orderIds = events.flatMap((event) => {
    return event.type === 'purchase' || event.type === 'refund' ? [event.orderId] : [];
  });
  return [events.map(({ id }) => id), orderIds];
}
