import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { Database, GroupCommit } from '#database';
import { parseJsonBody } from '#http';
import { Jobs } from '#jobs';
import { newId, type Clock } from '#kernel';
import { readWebhooks } from '../channels.jobs.js';
import { WebhookBatchesRepository } from './webhook-batches.repository.js';
import { hasEvents } from './webhook-body.js';
import { WebhookGate } from './webhook-gate.js';

/** A webhook that has come in. */
export interface Webhook {
  /** Over the raw body, from the header. */
  signature: string;
  /** The bytes as they came, over which LINE signed. */
  rawBody: Buffer;
}

interface Admitted {
  workspaceId: string;
  rawBody: Buffer;
}

/** About a thousand usual webhooks. */
const MOST_BYTES_PER_COMMIT = 1024 * 1024;
const COMMITS_AT_ONCE = 4;
/** Webhooks; measured on the webhooks benchmark, where it answers a fifth more. */
const WORTH_SECOND_COMMIT = 16;

/** Takes webhooks in: the signature, then one durable commit, then LINE gets its 200. Reading them comes later. */
@Injectable()
export class WebhookIntake {
  /** By channel. */
  private readonly commits = new GroupCommit<Admitted, undefined>(
    (channelId, webhooks) => this.store(channelId, webhooks),
    {
      atOnce: COMMITS_AT_ONCE,
      weight: ({ rawBody }) => rawBody.length,
      most: MOST_BYTES_PER_COMMIT,
      worthSecond: WORTH_SECOND_COMMIT,
    },
  );

  constructor(
    private readonly gate: WebhookGate,
    private readonly batches: WebhookBatchesRepository,
    private readonly db: Database,
    private readonly jobs: Jobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Resolves when everything in the webhook is committed.
   * @throws AppError 404 for an unknown channel, 401 for a wrong signature, 400 for what is not a webhook's body
   */
  async receive(channelId: string, { signature, rawBody }: Webhook): Promise<void> {
    const workspaceId = await this.gate.admit(channelId, rawBody, signature);
    const body = parseJsonBody(rawBody, 'unread');
    if (hasEvents(body, rawBody.length)) await this.commits.add(channelId, { workspaceId, rawBody });
  }

  private async store(channelId: string, webhooks: Admitted[]): Promise<undefined[]> {
    const workspaceId = webhooks[0]!.workspaceId;
    const scope = { workspaceId };
    const bodies = jsonList(webhooks.map(({ rawBody }) => rawBody));
    const batchId = newId();
    // Both in one round trip: each would wait until the process, which is reading requests, looks at the answer.
    await this.db.transaction(scope, () =>
      Promise.all([
        this.batches.add(scope, batchId, { channelId, receivedAt: this.clock.now(), bodies }),
        this.jobs.enqueue(scope, readWebhooks, { workspaceId, batchId }),
      ]),
    );
    return webhooks.map(() => undefined);
  }
}

/** JSON documents side by side are a list once brackets and commas stand between them. */
function jsonList(documents: Buffer[]): Buffer {
  const parts = documents.flatMap((document, at) => [Buffer.from(at === 0 ? '[' : ','), document]);
  return Buffer.concat([...parts, Buffer.from(']')]);
}
