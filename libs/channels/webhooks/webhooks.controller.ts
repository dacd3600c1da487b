import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Public, type ApiRequest } from '#http';
import { WebhookIntake } from './webhook-intake.service.js';

/** Where LINE posts. Public, because LINE's signature over the body is the credential. */
@Controller('webhooks/line')
export class WebhooksController {
  constructor(private readonly intake: WebhookIntake) {}

  /** Answered with 200 once everything in the body is stored for good. */
  @Post(':channelId')
  @HttpCode(200)
  @RouteConfig({ rawBody: true })
  @Public()
  async receive(@Req() request: ApiRequest): Promise<void> {
    const { channelId } = request.params as { channelId: string };
    const { rawBody = Buffer.alloc(0), headers } = request;
    const signature = headers['x-line-signature'];
    await this.intake.receive(channelId, { signature: typeof signature === 'string' ? signature : '', rawBody });
  }
}
