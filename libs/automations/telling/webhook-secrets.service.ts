import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { newSecret, type Scope } from '#kernel';
import { SecretsRepository } from './secrets.repository.js';

/** What a workspace's webhooks are signed with, so that whoever gets one knows who sent it. */
@Injectable()
export class WebhookSecrets {
  constructor(
    private readonly db: Database,
    private readonly secrets: SecretsRepository,
    private readonly audit: Audit,
  ) {}

  /** A new secret, from now on the only one. @returns it; it is not shown again */
  renew(scope: Scope): Promise<string> {
    return this.db.transaction(scope, async () => {
      const secret = newSecret();
      await this.secrets.put(scope, secret);
      await this.audit.record(scope, 'journeys.webhook_secret_renewed', 'journeys/webhook-secret');
      return secret;
    });
  }

  /** The value of `X-Tsunagi-Signature`: HMAC-SHA256 over the body, in Base64. Undefined before there is a secret. */
  async sign(scope: Scope, body: string): Promise<string | undefined> {
    const secret = await this.secrets.find(scope);
    return secret === undefined ? undefined : createHmac('sha256', secret).update(body, 'utf8').digest('base64');
  }
}
