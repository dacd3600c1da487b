import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { Judging } from '../assignments/judging.service.js';
import { BulksRepository } from './bulks.repository.js';

/** Taken up at a time. */
const PART = 5_000;

/** Bulk requests between their leaving and what is written down of them. */
@Injectable()
export class Bulks {
  constructor(
    private readonly db: Database,
    private readonly repository: BulksRepository,
    private readonly judging: Judging,
  ) {}

  /** @param lineUserIds whoever is in them @returns for `end`; undefined where nobody is */
  async begin(scope: Scope, channelId: string, lineUserIds: string[]): Promise<string | undefined> {
    return lineUserIds.length > 0 ? this.repository.begin(scope, channelId, lineUserIds) : undefined;
  }

  /** It is written down with each of them. */
  async end(scope: Scope, channelId: string, id: string | undefined): Promise<void> {
    if (id !== undefined) await this.repository.end(scope, channelId, id);
  }

  /** After a death: gives everybody of whom it is not known what they were given what they should see, twice. */
  async takeUp(scope: Scope, channelId: string): Promise<void> {
    for (let left = await this.repository.left(scope, channelId); left !== undefined;) {
      for (let i = 0; i < left.lineUserIds.length; i += PART) {
        const some = left.lineUserIds.slice(i, i + PART);
        await this.db.transaction(scope, async () => {
          await this.repository.mayHaveBeenGiven(scope, channelId, some);
          await this.judging.judge(scope, channelId, some, true);
        });
      }
      await this.repository.end(scope, channelId, left.id);
      left = await this.repository.left(scope, channelId);
    }
  }
}
