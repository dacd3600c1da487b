import { Injectable } from '@nestjs/common';
import { HandlesJob, type PayloadOf } from '#jobs';
import { Scopes } from '#workspaces';
import { readWebhooks } from './channels.jobs.js';
import { WebhookReader } from './webhooks/webhook-reader.service.js';

@Injectable()
export class ChannelsHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly reader: WebhookReader,
  ) {}

  @HandlesJob(readWebhooks)
  async read({ workspaceId, batchId }: PayloadOf<typeof readWebhooks>): Promise<void> {
    await this.reader.read(await this.scopes.system(workspaceId), batchId);
  }
}
