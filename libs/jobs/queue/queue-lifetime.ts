import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { QueueConnections } from './connection.js';
import { QUEUES, type Queues } from './relay.js';

export const CONNECTIONS = Symbol('CONNECTIONS');

/** Listens for what goes wrong with the queue between calls, and closes what the queues share. */
@Injectable()
export class QueueLifetime implements OnApplicationShutdown {
  private readonly log = new Logger(QueueLifetime.name);

  constructor(
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(CONNECTIONS) private readonly connections: QueueConnections,
  ) {
    // An `error` event that nobody hears is printed by BullMQ, row after row while it tries to connect again. What
    // the relay says when a wake-up fails is enough.
    for (const queue of this.queues.values()) queue.on('error', (error) => this.log.debug(String(error)));
  }

  onApplicationShutdown(): Promise<void> {
    return this.connections.close();
  }
}
