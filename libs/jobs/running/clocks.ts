import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import type { Clock } from '#kernel';
import { OutboxRepository, type Instants } from '../outbox/outbox.repository.js';
import { machine } from './leases.js';

/** How often it is asked whether another process has put work off by a clock that was further on. */
const EVERY_MS = 60_000;

/** The clocks by which work runs. Where one has been turned back, work waits no longer than it was to. */
@Injectable()
export class Clocks {
  private latest = -Infinity;
  private recountedAt = -Infinity;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outbox: OutboxRepository,
  ) {}

  now(): Date {
    return this.clock.now();
  }

  /** Now, by both clocks. */
  instants(): Instants {
    return { at: this.clock.now(), machineAt: machine.now() };
  }

  /** To be called often: at once where this process sees its clock go back, else from time to time. */
  async recount(): Promise<void> {
    const at = this.clock.now();
    const isTurned = at.getTime() < this.latest;
    this.latest = at.getTime();
    const running = performance.now();
    if (!isTurned && running - this.recountedAt < EVERY_MS) return;
    this.recountedAt = running;
    await this.outbox.recount(null, at);
  }
}
