import { Inject, Injectable } from '@nestjs/common';
import { Config } from '#config';
import type { Scope } from '#kernel';
import type { LineFailure } from '#line';
import { Channels } from '../channels.service.js';
import { webhookUrl } from '../webhook-url.js';
import { ok, unknown, wrong, type ChannelCheck, type Finding } from './channel-check.js';

const CONSOLE = 'LINE Developers Console';

/** What LINE itself says about a channel's set-up. */
@Injectable()
export class LineChecks {
  constructor(
    private readonly channels: Channels,
    @Inject(Config) private readonly config: Config,
  ) {}

  all(): ChannelCheck[] {
    return [
      { name: 'credentials', look: (scope, id) => this.credentials(scope, id) },
      { name: 'webhook address', look: (scope, id) => this.webhookAddress(scope, id) },
      { name: 'webhook', look: (scope, id) => this.webhook(scope, id) },
      { name: 'login credentials', look: (scope, id) => this.login(scope, id) },
    ];
  }

  private async credentials(scope: Scope, id: string): Promise<Finding> {
    const info = await (await this.channels.client(scope, id)).botInfo();
    if (info.kind !== 'answered') return refused(info, 'Issue a new channel access token and PATCH it to the channel.');
    const { botUserId } = await this.channels.get(scope, id);
    if (botUserId === null || botUserId === info.value.userId) return ok(`LINE knows us as ${info.value.displayName}.`);
    return wrong('The access token belongs to another account.', 'PATCH the access token of the right channel.');
  }

  private async webhookAddress(scope: Scope, id: string): Promise<Finding> {
    const url = webhookUrl(this.config, id);
    const fix = `Enter ${url} as webhook URL in the ${CONSOLE}, Messaging API, and switch "Use webhook" on.`;
    const endpoint = await (await this.channels.client(scope, id)).webhookEndpoint();
    if (endpoint.kind === 'refused' && endpoint.status === 404) return wrong('No webhook URL is set at LINE.', fix);
    if (endpoint.kind !== 'answered') return refused(endpoint, fix);
    if (endpoint.value.endpoint !== url) return wrong(`LINE sends webhooks to ${endpoint.value.endpoint}.`, fix);
    return endpoint.value.active ? ok(`LINE sends webhooks to ${url}.`) : wrong('Webhooks are switched off.', fix);
  }

  /** LINE calls us now: reached, and answered with 200, which only a right signature gets. */
  private async webhook(scope: Scope, id: string): Promise<Finding> {
    const test = await (await this.channels.client(scope, id)).testWebhook();
    if (test.kind !== 'answered') return refused(test, 'Look at the webhook address first.');
    const { success, statusCode, reason } = test.value;
    if (success) return ok('LINE called the webhook just now, and its signature was right.');
    if (statusCode === 401) {
      return wrong(
        'LINE reaches the webhook, but its signature does not fit the channel secret.',
        `Copy the channel secret from the ${CONSOLE}, Basic settings, and PATCH it to the channel.`,
      );
    }
    return wrong(
      `LINE could not call the webhook: ${reason}, status ${statusCode}.`,
      `${this.config.publicUrl} has to be reachable from the internet over HTTPS; see PUBLIC_URL.`,
    );
  }

  private async login(scope: Scope, id: string): Promise<Finding> {
    const client = await this.channels.loginClient(scope, id);
    if (!client) {
      return unknown(
        'No LINE Login channel is set; linking works by the talk only.',
        'PATCH the channel with login: { channelId, channelSecret } of a Login channel under the same provider.',
      );
    }
    const token = await client.verifyCredentials();
    if (token.kind === 'answered') return ok('LINE takes the Login channel’s id and secret.');
    return refused(token, `Copy id and secret of the LINE Login channel from the ${CONSOLE} and PATCH them as login.`);
  }
}

function refused(answer: LineFailure, fix: string): Finding {
  switch (answer.kind) {
    case 'unauthorized':
    case 'refused':
      return wrong(`LINE answered ${answer.status}: ${answer.error}`, fix);
    case 'unknown':
      return unknown(`LINE could not be asked: ${answer.error}`, 'Try again.');
    case 'rate-limited':
    case 'quota':
      return unknown('LINE is asked too often just now.', 'Try again in a minute.');
  }
}
