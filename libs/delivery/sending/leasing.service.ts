import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { SpendingCeilings, type Reservation } from '../ceilings/ceilings.service.js';
import type { LeasedPage } from '../ledger/leased-page.js';
import { LeasesRepository, type LeaseRequest } from '../ledger/leases.repository.js';
import { PagesRepository } from '../ledger/pages.repository.js';

/** A ceiling of the workspace leaves no room for what was leased: the lease is taken back with its transaction. */
class NoRoom extends Error {
  constructor(readonly refusal: Extract<Reservation, { granted: false }>) {
    super('A ceiling of the workspace is reached.');
  }
}

/** Leases pages inside the workspace's ceilings: what may leave is counted in the transaction that lets it leave. */
@Injectable()
export class Leasing {
  constructor(
    private readonly db: Database,
    private readonly leases: LeasesRepository,
    private readonly pages: PagesRepository,
    private readonly ceilings: SpendingCeilings,
    private readonly audit: Audit,
  ) {}

  async lease(scope: Scope, request: LeaseRequest): Promise<LeasedPage[]> {
    try {
      return await this.reserved(scope, request);
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      // Where many pages do not fit, one may.
      if (request.limit > 1) return this.lease(scope, { ...request, limit: 1 });
      await this.wait(scope, request, error.refusal);
      return [];
    }
  }

  private reserved(scope: Scope, request: LeaseRequest): Promise<LeasedPage[]> {
    return this.db.transaction(scope, async () => {
      const pages = await this.leases.lease(scope, request);
      const anew = pages.reduce((sum, { attemptedAt, size }) => sum + (attemptedAt ? 0 : size), 0);
      if (anew === 0) return pages;
      const reservation = await this.ceilings.reserve(scope, request.channelId, anew);
      if (!reservation.granted) throw new NoRoom(reservation);
      return pages;
    });
  }

  /** What was never tried waits until there is room again. */
  private wait(scope: Scope, { channelId }: LeaseRequest, { by, freeAt }: NoRoom['refusal']): Promise<void> {
    return this.db.transaction(scope, async () => {
      if ((await this.pages.postponeChannel(scope, channelId, freeAt)) === 0) return;
      await this.audit.record(scope, 'delivery.held_by_ceiling', `channels/${channelId}`, { ...by, freeAt });
    });
  }
}
