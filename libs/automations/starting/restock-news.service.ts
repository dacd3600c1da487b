import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { EventLog } from '#events';
import type { Scope } from '#kernel';
import { Products } from '#products';
import { Restocks } from './restocks.service.js';

/** Hears of restocks: by what the shop posts, and by what its catalogue says. */
@Injectable()
export class RestockNews {
  constructor(
    private readonly db: Database,
    private readonly log: EventLog,
    private readonly products: Products,
    private readonly restocks: Restocks,
  ) {}

  async posted(scope: Scope, fromSeq: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      for (const { seq, body, at } of await this.log.ofNobody(scope, { fromSeq, types: ['restock'] }))
        await this.restocks.happened(scope, { seq, productId: String(body.productId), at: new Date(at) });
    });
  }

  /** @param id products.id */
  async found(scope: Scope, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const productId = (await this.products.named(scope, [id])).get(id);
      const at = scope.clock.now();
      if (productId !== undefined) await this.restocks.happened(scope, { seq: `${id}:${at.getTime()}`, productId, at });
    });
  }
}
