import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK, Config } from '#config';
import { Database } from '#database';
import { monthsBefore, type Clock } from '#kernel';
import { Scopes } from '#workspaces';
import { RunRetentionRepository } from './retention.repository.js';

/** Given up in one transaction. */
const BATCH = 2_000;

/** Keeps runs that have ended for as long as is wished. */
@Injectable()
export class RunRetention {
  private readonly log = new Logger(RunRetention.name);

  constructor(
    private readonly db: Database,
    private readonly repository: RunRetentionRepository,
    private readonly scopes: Scopes,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Config) private readonly config: Pick<Config, 'journeyMonths'>,
  ) {}

  /** Safe to run twice or half. */
  async run(): Promise<void> {
    const before = monthsBefore(this.clock.now(), this.config.journeyMonths);
    let all = 0;
    for (const workspaceId of await this.repository.workspaces(null, before)) {
      const scope = await this.scopes.system(workspaceId);
      for (let n = BATCH; n === BATCH; all += n)
        n = await this.db.transaction(scope, () => this.repository.giveUp(scope, before, BATCH));
    }
    if (all > 0) this.log.log(`Gave up ${all} runs of journeys that ended before ${before.toISOString()}.`);
  }
}
