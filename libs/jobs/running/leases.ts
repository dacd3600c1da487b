import { Injectable, Logger } from '@nestjs/common';
import { SystemClock } from '#kernel';
import { OutboxRepository } from '../outbox/outbox.repository.js';

/**
 * How long a process that says nothing is taken to be alive. With the sweeper's 2 s this is why the row of a killed
 * worker runs again within 10 s.
 */
export const LEASE_MS = 5_000;
const RENEW_EVERY_MS = 1_500;

/**
 * A lease speaks of processes, not of the business: it goes by the machine's own clock, also where the product's is
 * turned. Hosts whose clocks differ by more than a lease would take each other's rows.
 */
export const machine = new SystemClock();

/** Keeps the rows of running handlers that hold no transaction from being taken by somebody else. */
@Injectable()
export class Leases {
  private readonly log = new Logger(Leases.name);
  private readonly held = new Set<string>();
  private timer?: NodeJS.Timeout;

  constructor(private readonly outbox: OutboxRepository) {}

  async while<T>(id: string, work: () => Promise<T>): Promise<T> {
    this.held.add(id);
    this.timer ??= setInterval(() => void this.renew(), RENEW_EVERY_MS).unref();
    try {
      return await work();
    } finally {
      this.held.delete(id);
      if (this.held.size === 0) {
        clearInterval(this.timer);
        this.timer = undefined;
      }
    }
  }

  private async renew(): Promise<void> {
    try {
      await this.outbox.renew(null, [...this.held], new Date(machine.now().getTime() + LEASE_MS));
    } catch (error) {
      this.log.warn(`Leases could not be renewed; their rows may run a second time. ${String(error)}`);
    }
  }
}
