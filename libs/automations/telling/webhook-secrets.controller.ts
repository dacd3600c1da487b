import { Controller, Post } from '@nestjs/common';
import { Answers, CurrentScope, Permit } from '#http';
import type { Scope } from '#kernel';
import { WebhookSecretDto } from './webhook-secrets.dto.js';
import { WebhookSecrets } from './webhook-secrets.service.js';

@Controller('v1/journeys/webhook-secret')
export class WebhookSecretsController {
  constructor(private readonly secrets: WebhookSecrets) {}

  /** Makes a secret that webhooks of journeys are signed with from now on; the one before is no good any more. */
  @Post()
  @Permit('journeys.write')
  @Answers(201, WebhookSecretDto)
  async renew(@CurrentScope() scope: Scope): Promise<WebhookSecretDto> {
    return { secret: await this.secrets.renew(scope) };
  }
}
