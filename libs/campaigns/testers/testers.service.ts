import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { invalid, type FieldError, type Scope } from '#kernel';
import { Members } from '#members';
import { TestersRepository, type Testers } from './testers.repository.js';

/** Who gets the tests of campaigns where nobody is named. */
@Injectable()
export class CampaignTesters {
  constructor(
    private readonly db: Database,
    private readonly testers: TestersRepository,
    private readonly members: Members,
    private readonly audit: Audit,
  ) {}

  get(scope: Scope): Promise<Testers> {
    return this.testers.list(scope);
  }

  /** @throws AppError 400 for people who are not here */
  async replace(scope: Scope, testers: Testers): Promise<Testers> {
    return this.db.transaction(scope, async () => {
      const { memberIds, lineUserIds } = testers;
      const members = await this.members.find(scope, memberIds);
      const strangers = await this.testers.strangers(scope, lineUserIds);
      const errors = [
        ...whoIsMissing('memberIds', memberIds, (id) => members.has(id)),
        ...whoIsMissing('lineUserIds', lineUserIds, (id) => !strangers.has(id)),
      ];
      if (errors.length > 0) throw invalid(errors);
      await this.testers.replace(scope, testers);
      const people = memberIds.length + lineUserIds.length;
      await this.audit.record(scope, 'campaigns.testers_changed', 'testers', { people });
      return this.testers.list(scope);
    });
  }
}

const WHO = { memberIds: 'member of this workspace', lineUserIds: 'LINE user known to this channel' };

/** The places of those who are not here. */
export function whoIsMissing(
  field: keyof typeof WHO,
  ids: readonly string[],
  isHere: (id: string) => boolean,
): FieldError[] {
  return ids.flatMap((id, i) => (isHere(id) ? [] : [{ path: `/${field}/${i}`, detail: `names no ${WHO[field]}` }]));
}
