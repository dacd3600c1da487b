import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { AppError, type Scope } from '#kernel';
import { Segments } from '#segments';
import { SendsRepository, type Send } from '../ledger/sends.repository.js';
import { NamingRepository } from './naming.repository.js';
import { PlanningRepository } from './planning.repository.js';

/** Names whom a send is for: everyone of whom its rule is true at its moment. */
@Injectable()
export class Naming {
  constructor(
    private readonly db: Database,
    private readonly planning: PlanningRepository,
    private readonly naming: NamingRepository,
    private readonly segments: Segments,
    private readonly sends: SendsRepository,
  ) {}

  /** Asks the rule, once. @returns false where that ended the send */
  async nameAudience(scope: Scope, send: Send): Promise<boolean> {
    await this.planning.ensureStatistics(scope);
    try {
      if (send.rule !== null) await this.name(scope, send, send.rule);
      return true;
    } catch (error) {
      // What the rule refers to is gone: trying again would not bring it back.
      if (!(error instanceof AppError)) throw error;
      await this.sends.stop(scope, send.id, 'failed', { code: 'delivery.rule_refused', detail: error.message });
      return false;
    }
  }

  /** Who cancels before that has named nobody. */
  private name(scope: Scope, { id, asOf }: Send, rule: object): Promise<void> {
    return this.db.transaction(scope, async () => {
      const held = await this.planning.hold(scope, id);
      if (held?.audience !== null || held.state !== 'planning') return;
      await this.naming.nameAudience(scope, held, await this.segments.condition(scope, rule, asOf));
    });
  }
}
