import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Jobs } from '#jobs';
import type { Scope, WorkspaceRef } from '#kernel';
import { judgeMarked } from '../segments.jobs.js';
import { ClocksRepository } from './clocks.repository.js';
import { MarksRepository } from './marks.repository.js';

/** Notes whom to judge, and sees to it that one job does so for all that are noted meanwhile. */
@Injectable()
export class Marking {
  constructor(
    private readonly db: Database,
    private readonly marks: MarksRepository,
    private readonly clocks: ClocksRepository,
    private readonly jobs: Jobs,
  ) {}

  /** @param memberIds members.id of whom something has changed that is committed; nothing happens where nothing is live */
  async mark(scope: Scope, memberIds: readonly string[]): Promise<void> {
    if (memberIds.length === 0) return;
    await this.db.transaction(scope, async () => {
      const { live, asked, held } = await this.marks.add(scope, memberIds);
      if (asked) await this.enqueue(scope);
      else if (live && !held) await this.ask(scope);
    });
  }

  /** Marks everybody of whom something is stored that does not exist yet: they are looked at when it does. */
  async markFuture(scope: Scope, asOf: Date): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.marks.addAllWithFuture(scope, asOf);
      await this.ask(scope);
    });
  }

  /** Who comes while a job is asked for already only keeps it from starting before their marks are there. */
  async ask(scope: WorkspaceRef): Promise<void> {
    await this.db.transaction(scope, async () => {
      for (;;) {
        if (await this.clocks.ask(scope)) return this.enqueue(scope);
        if (await this.clocks.holdAsked(scope)) return;
      }
    });
  }
  private async enqueue({ workspaceId }: WorkspaceRef): Promise<void> {
    await this.jobs.enqueue({ workspaceId }, judgeMarked, { workspaceId });
  }
}
