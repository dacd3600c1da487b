import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Channels } from '../channels.service.js';
import type { ChannelCheck, Finding } from './channel-check.js';
import { LineChecks } from './line-checks.js';

export interface Checked extends Finding {
  name: string;
}

/** Looks whether a channel's set-up works, step by step. Floors above add the steps that they know of. */
@Injectable()
export class ChannelChecks {
  private readonly checks: ChannelCheck[];

  constructor(
    private readonly channels: Channels,
    line: LineChecks,
  ) {
    this.checks = line.all();
  }

  register(check: ChannelCheck): void {
    this.checks.push(check);
  }

  /** One after the other, in the order in which a set-up goes: what comes later leans on what comes before. @throws AppError 404 */
  async run(scope: Scope, channelId: string): Promise<Checked[]> {
    await this.channels.get(scope, channelId);
    const found: Checked[] = [];
    for (const check of this.checks) found.push({ name: check.name, ...(await check.look(scope, channelId)) });
    return found;
  }
}
