import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK, Config } from '#config';
import { monthsBefore, type Clock } from '#kernel';
import { Scopes } from '#workspaces';
import { RetentionRepository } from './retention.repository.js';

/** Keeps the ledger for as long as is wished: people and pages by the month, totals for good. */
@Injectable()
export class Retention {
  private readonly log = new Logger(Retention.name);

  constructor(
    private readonly repository: RetentionRepository,
    private readonly scopes: Scopes,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Config) private readonly config: Pick<Config, 'ledgerMonths'>,
  ) {}

  /** Safe to run twice or half: totals are written down before their rows are given up. */
  async run(): Promise<void> {
    const now = this.clock.now();
    await this.repository.ensureMonths(null, now);
    const before = monthsBefore(now, this.config.ledgerMonths);
    for (const workspaceId of await this.repository.workspacesToRollUp(null, before)) {
      const scope = await this.scopes.system(workspaceId);
      await this.repository.rollUp(scope, before);
      await this.repository.forgetSlots(scope);
    }
    const months = await this.repository.dropMonths(null, before);
    if (months.length > 0) this.log.log(`Gave up the ledger of ${months.join(', ')}.`);
  }
}
