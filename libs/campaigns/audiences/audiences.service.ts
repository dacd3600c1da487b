import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { Jobs, RetryAfter } from '#jobs';
import { newId, notFound, type Scope } from '#kernel';
import { forgetAudience } from '../campaigns.jobs.js';
import { CampaignsRepository } from '../campaigns.repository.js';
import { AudiencePeopleRepository } from './audience-people.repository.js';
import { audienceInUse } from './audiences.errors.js';
import { AudiencesRepository, type Audience, type Refusal } from './audiences.repository.js';

/** Lists of people that campaigns can name. */
@Injectable()
export class Audiences {
  constructor(
    private readonly db: Database,
    private readonly repository: AudiencesRepository,
    private readonly people: AudiencePeopleRepository,
    private readonly campaigns: CampaignsRepository,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

  /** @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<Audience> {
    const audience = await this.repository.find(scope, id);
    if (!audience) throw notFound('audience');
    return audience;
  }

  /** The newest first. @param before the id of the last one seen */
  list(scope: Scope, limit: number, before?: string): Promise<Audience[]> {
    return this.repository.list(scope, limit, before);
  }

  /** In the order of the file. @param after the line of the last one seen @throws AppError 404 */
  async refusals(scope: Scope, id: string, limit: number, after = '0'): Promise<Refusal[]> {
    await this.get(scope, id);
    return this.repository.refusals(scope, id, limit, after);
  }

  /**
   * Makes an audience of those who were skipped in a send, in the ambient transaction.
   * @param reasons of being skipped
   */
  async ofSkipped(
    scope: Scope,
    audience: { name: string; channelId: string },
    { sendId, reasons }: { sendId: string; reasons: readonly string[] },
  ): Promise<{ id: string; people: number }> {
    const id = newId();
    await this.repository.add(scope, { id, ...audience, state: 'reading' });
    const people = await this.people.addSkipped(scope, id, sendId, reasons);
    const step = { bytes: 0, carry: null, layout: null, nextLine: 1, unlinked: 0, refused: 0 };
    await this.repository.advance(scope, id, { ...step, rows: people, matched: people });
    await this.repository.finish(scope, id, null);
    return { id, people };
  }

  /** Takes it back, also while it is being read. @throws AppError 404, 409 where a campaign needs it */
  async delete(scope: Scope, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.get(scope, id);
      await this.forget(scope, id);
      const needing = await this.campaigns.needing(scope, { audienceId: id });
      if (needing.length > 0) throw audienceInUse(needing);
      await this.audit.record(scope, 'campaigns.audience_deleted', `audiences/${id}`);
    });
  }

  /** From now on it is not there; its rows go later. */
  async forget(scope: Scope, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      if (!(await this.repository.hide(scope, id))) return;
      await this.jobs.enqueue(scope, forgetAudience, { workspaceId: scope.workspaceId, audienceId: id });
    });
  }

  /** Deletes what is left of one that is not there any more, a part at a time. @throws RetryAfter until all of it is gone */
  async sweep(scope: Scope, id: string): Promise<void> {
    const more = await this.db.transaction(scope, () => this.repository.forget(scope, id));
    if (more) throw new RetryAfter(0, 'there is more to delete');
  }
}
