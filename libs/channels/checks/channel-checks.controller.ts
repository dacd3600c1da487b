import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CurrentScope, Permit, uuidOf } from '#http';
import type { Scope } from '#kernel';
import { ChannelChecks } from './channel-checks.service.js';

export class CheckedDto {
  /** The step of the set-up. */
  name: string;
  state: 'ok' | 'wrong' | 'unknown';
  /** What was seen, in a sentence. */
  detail: string;
  /** What to do about it. */
  fix?: string;
}

export class ChannelChecksDto {
  /** No step is wrong. */
  ok: boolean;
  /** In the order of the set-up. */
  checks: CheckedDto[];
}

@Controller('v1/channels')
export class ChannelChecksController {
  constructor(private readonly checks: ChannelChecks) {}

  /** Checks each step of the set-up by its effect: LINE is asked, and calls the webhook. */
  @Post(':id/check')
  @HttpCode(200)
  @Permit('channels.write')
  async check(@CurrentScope() scope: Scope, @Param('id', uuidOf('channel')) id: string): Promise<ChannelChecksDto> {
    const checks = await this.checks.run(scope, id);
    return { ok: checks.every(({ state }) => state !== 'wrong'), checks };
  }
}
