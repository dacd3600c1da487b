import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Advancing } from './advancing.service.js';
import { RunsWaking } from './runs-waking.service.js';

/** How long one job keeps its place in the lane before others get it. */
const TURN_MS = 5_000;

/** Takes a workspace's due runs on, batch after batch, for a turn. */
@Injectable()
export class AdvancingTurns {
  constructor(
    private readonly advancing: Advancing,
    private readonly waking: RunsWaking,
  ) {}

  async run(scope: Scope): Promise<void> {
    const began = performance.now();
    let isAlone = true;
    while (await this.advancing.batch(scope)) {
      if (isAlone) await this.waking.help(scope);
      isAlone = false;
      if (performance.now() - began >= TURN_MS) return this.waking.wake(scope);
    }
  }

  async sweep(): Promise<void> {
    await this.waking.sweep();
  }
}
