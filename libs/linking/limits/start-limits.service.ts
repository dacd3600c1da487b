import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { networkOf } from '#workspaces';
import { tooManyStarts } from '../pages/pages.errors.js';
import { subjectOf, TriesRepository } from './tries.repository.js';

/** Many phones share an address of their network's. */
const PER_ADDRESS = 60;
/** A campaign that everybody opens at once brings about ten a second. */
const PER_CHANNEL = 3_000;
const MINUTE_MS = 60_000;

/** How often an attempt may be started in a minute, whichever processes are asked. */
@Injectable()
export class StartLimits {
  constructor(private readonly tries: TriesRepository) {}

  /** @throws AppError 429 linking.too_many_starts */
  async take(scope: Scope, channelId: string, ip: string): Promise<void> {
    const at = scope.clock.now();
    const since = new Date(at.getTime() - MINUTE_MS);
    // The address first: what it may not start must not take from what others may.
    const address = { kind: 'start.address', subject: subjectOf(scope, networkOf(ip)) } as const;
    if (!(await this.tries.countWithin(scope, address, { most: PER_ADDRESS, since, at }))) throw tooManyStarts();
    const channel = { kind: 'start.channel', subject: channelId } as const;
    if (!(await this.tries.countWithin(scope, channel, { most: PER_CHANNEL, since, at }))) throw tooManyStarts();
  }
}
