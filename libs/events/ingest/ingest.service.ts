import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { TransactionHost } from '@nestjs-cls/transactional';
import { GroupCommit } from '#database';
import { AppError, type Scope } from '#kernel';
import { notStorable } from '../events.errors.js';
import type { Event } from '../kinds/event-kinds.js';
import { Batches } from './batch.service.js';
import { Conflict } from './conflict.js';
import { News } from './news.js';
import type { Outcome } from './screening.js';

/** From here on a request is a batch by itself. */
const LARGE = 100;
/** Events in a group: more hold their members longer than sharing saves. */
const MOST_IN_GROUP = 500;
const GROUPS_AT_ONCE = 8;
/** Too short for a client to notice, and at some hundred events a second half the commits, with all that follows from each. */
const REST = { ms: 10, unless: 20 };
/** A batch that others have been faster than so often meets no accident any more. */
const MOST_ATTEMPTS = 10;

/** Two transactions wanted the same (also an id that the other has just stored): one of them begins anew. */
const BEGIN_ANEW = /^(40001|40P01|23505)$/;
/** Data exceptions and exceeded program limits (SQLSTATE classes 22 and 54). */
const NOT_STORABLE = /^(22|54)...$/;

interface Posted {
  scope: Scope;
  events: Event[];
}

/** Gets events stored, committed before it answers; few at a time share a commit with others of their workspace. */
@Injectable()
export class Ingest {
  /** By workspace. */
  private readonly groups = new GroupCommit<Posted, Outcome[]>((_workspace, posted) => this.storeGroup(posted), {
    atOnce: GROUPS_AT_ONCE,
    weight: ({ events }) => events.length,
    most: MOST_IN_GROUP,
    rest: REST,
  });
  /** A group belongs to no request: it must not run in the context, or even the transaction, of one of them. */
  private readonly outside = AsyncLocalStorage.snapshot();

  private readonly news = new News();

  constructor(
    private readonly batches: Batches,
    private readonly host: TransactionHost,
  ) {}

  /** @returns what became of each event; what was accepted is committed, or is with the caller's transaction */
  async post(scope: Scope, events: Event[]): Promise<Outcome[]> {
    if (events.length === 0) return [];
    // The caller's transaction cannot be begun anew here, and waiting for one beside it could be waiting for ever.
    if (this.host.isTransactionActive()) return this.storeOnce(scope, events);
    if (events.length >= LARGE) return this.store(scope, events);
    return this.groups.add(scope.workspaceId, { scope, events });
  }

  private async storeOnce(scope: Scope, events: Event[]): Promise<Outcome[]> {
    try {
      return await this.batches.store(scope, events, { look: true });
    } catch (error) {
      const code = codeOf(error);
      if (NOT_STORABLE.test(code)) throw new AppError(notStorable.code, 400, notStorable.detail);
      throw BEGIN_ANEW.test(code) ? new Conflict() : error;
    }
  }

  private async storeGroup(posted: Posted[]): Promise<Outcome[][]> {
    const all = posted.flatMap(({ events }) => events);
    const outcomes = await this.outside(() => this.store(posted[0]!.scope, all));
    let from = 0;
    return posted.map(({ events }) => outcomes.slice(from, (from += events.length)));
  }

  private async store(scope: Scope, events: Event[], attempt = 1): Promise<Outcome[]> {
    try {
      return await this.batches.store(scope, events, { look: this.news.mustLook(scope, events, attempt) });
    } catch (error) {
      const code = codeOf(error);
      if (BEGIN_ANEW.test(code) && attempt < MOST_ATTEMPTS) {
        this.news.wasNone(scope);
        return this.store(scope, events, attempt + 1);
      }
      if (!NOT_STORABLE.test(code)) throw error;
      return this.storeHalves(scope, events);
    }
  }

  /** Finds the event that the database refuses, so that its neighbours are stored. */
  private async storeHalves(scope: Scope, events: Event[]): Promise<Outcome[]> {
    if (events.length === 1) return [notStorable];
    const middle = events.length >> 1;
    const first = await this.store(scope, events.slice(0, middle));
    return [...first, ...(await this.store(scope, events.slice(middle)))];
  }
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}
