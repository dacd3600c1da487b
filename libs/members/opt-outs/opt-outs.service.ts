import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { Jobs } from '#jobs';
import { check, invalid, toInstant, type FieldError, type Scope } from '#kernel';
import { optedIn, optedOut } from '../members.jobs.js';
import { MembersRepository } from '../members.repository.js';
import { BatchedOptOut, type OptOutBatchAnswer, type OptOutBody, type OptOutDto } from './opt-outs.dto.js';
import { AHEAD, memberUnknown } from './opt-outs.errors.js';
import { OptOutsRepository, type Changed, type Wish } from './opt-outs.repository.js';
import type { Purpose } from './opt-out.entity.js';

/** Clocks of others may go before ours, as with events. */
const CLOCK_SKEW_MS = 10 * 60 * 1000;

interface Asked extends Wish {
  optedOut: boolean;
}

/** What members do not want to be sent, by purpose, since when and where they said so. */
@Injectable()
export class OptOuts {
  constructor(
    private readonly db: Database,
    private readonly members: MembersRepository,
    private readonly repository: OptOutsRepository,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

  /** Newest first, ended ones too. @throws AppError 404 */
  async list(scope: Scope, externalId: string): Promise<OptOutDto[]> {
    return this.repository.list(scope, await this.idOf(scope, externalId));
  }

  /** Does nothing where they have opted out of it already. @throws AppError 404; 400 for a date ahead */
  async optOut(scope: Scope, externalId: string, purpose: Purpose, body: OptOutBody): Promise<OptOutDto[]> {
    const at = sinceOf(scope, body);
    if ('path' in at) throw invalid([at]);
    return this.changeOne(scope, externalId, { purpose, at, source: body.source, optedOut: true });
  }

  /** They want it again, from now on; does nothing where they want it. @throws AppError 404 */
  async optIn(scope: Scope, externalId: string, purpose: Purpose, source: string): Promise<OptOutDto[]> {
    return this.changeOne(scope, externalId, { purpose, at: scope.clock.now(), source, optedOut: false });
  }

  /** Many, in their order; what is wrong with one is told, the others are stored. */
  async changeMany(scope: Scope, items: readonly unknown[]): Promise<OptOutBatchAnswer> {
    const answer: OptOutBatchAnswer = { changed: 0, unchanged: 0, rejected: [] };
    const reject = (index: number, code: string, detail: string) => answer.rejected.push({ index, code, detail });
    const good: { index: number; item: BatchedOptOut; at: Date }[] = [];
    items.forEach((given, index) => {
      const { value: item, errors } = check(BatchedOptOut, given);
      const at = errors ?? sinceOf(scope, item);
      if (at instanceof Date) good.push({ index, item: item!, at });
      else
        reject(
          index,
          'request.invalid',
          [at]
            .flat()
            .map(({ path, detail }) => `${path} ${detail}`.trim())
            .join('; '),
        );
    });
    await this.db.transaction(scope, async () => {
      const ids = await this.members.find(scope, [...new Set(good.map(({ item }) => item.externalId))]);
      const asked: Asked[] = [];
      for (const { index, item, at } of good) {
        const memberId = ids.get(item.externalId);
        const { purpose, source, optedOut: out } = item;
        if (memberId) asked.push({ memberId, purpose, source, optedOut: out, at: out ? at : scope.clock.now() });
        else reject(index, memberUnknown().code, memberUnknown().message);
      }
      answer.changed = await this.change(scope, asked);
      answer.unchanged = asked.length - answer.changed;
    });
    answer.rejected.sort((a, b) => a.index - b.index);
    return answer;
  }

  private changeOne(scope: Scope, externalId: string, wish: Omit<Asked, 'memberId'>): Promise<OptOutDto[]> {
    return this.db.transaction(scope, async () => {
      const memberId = await this.idOf(scope, externalId);
      await this.change(scope, [{ ...wish, memberId }]);
      return this.repository.list(scope, memberId);
    });
  }

  /** @returns how many were not so already */
  private async change(scope: Scope, asked: readonly Asked[]): Promise<number> {
    if (asked.length === 0) return 0;
    // With the members held, two requests about the same people never wait in a circle.
    await this.members.lock(scope, [...new Set(asked.map(({ memberId }) => memberId))]);
    let count = 0;
    for (const round of rounds(asked)) {
      const [out, back] = [round.filter((wish) => wish.optedOut), round.filter((wish) => !wish.optedOut)];
      const begun = out.length > 0 ? await this.repository.begin(scope, out) : [];
      const ended = back.length > 0 ? await this.repository.end(scope, back) : [];
      await this.tell(scope, begun, 'opted_out');
      await this.tell(scope, ended, 'opted_in');
      count += begun.length + ended.length;
    }
    return count;
  }

  private async tell(scope: Scope, changed: readonly Changed[], what: 'opted_out' | 'opted_in'): Promise<void> {
    const fact = what === 'opted_out' ? optedOut : optedIn;
    for (const [purpose, people] of Map.groupBy(changed, (one) => one.purpose)) {
      const memberIds = people.map(({ memberId }) => memberId);
      await this.jobs.announce(scope, fact, { workspaceId: scope.workspaceId, memberIds, purpose });
      const subject = memberIds.length === 1 ? `members/${memberIds[0]}` : 'members';
      await this.audit.record(scope, `members.${what}`, subject, { purpose, members: memberIds.length });
    }
  }

  private async idOf(scope: Scope, externalId: string): Promise<string> {
    const id = (await this.members.find(scope, [externalId])).get(externalId);
    if (!id) throw memberUnknown();
    return id;
  }
}

/** Never two of the same member and purpose in one, so that each round is one statement a direction. */
function rounds(asked: readonly Asked[]): Asked[][] {
  const made: Asked[][] = [];
  const nth = new Map<string, number>();
  for (const wish of asked) {
    const key = `${wish.purpose} ${wish.memberId}`;
    const round = nth.get(key) ?? 0;
    nth.set(key, round + 1);
    (made[round] ??= []).push(wish);
  }
  return made;
}

function sinceOf(scope: Scope, { since }: OptOutBody): Date | FieldError {
  const now = scope.clock.now();
  if (since === undefined) return now;
  const at = toInstant(since);
  if (at.getTime() > now.getTime() + CLOCK_SKEW_MS) return AHEAD;
  return at < now ? at : now;
}
