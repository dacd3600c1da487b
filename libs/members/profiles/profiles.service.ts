import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Jobs } from '#jobs';
import { check, fromMinor, invalid, notFound, type FieldError, type Scope } from '#kernel';
import { rankChanged } from '../members.jobs.js';
import { Members } from '../members.service.js';
import type { MemberDto, ProfileBatchAnswer } from './member.dto.js';
import { BatchedProfileDto, type ProfileDto } from './profile.dto.js';
import { changeProfile, type Profile } from './profile.js';
import { ProfilesRepository } from './profiles.repository.js';

interface Change {
  index: number;
  externalId: string;
  given: ProfileDto;
}

/** Profiles by member id. */
interface Written {
  before: ReadonlyMap<string, Profile>;
  after: ReadonlyMap<string, Profile>;
  made: ReadonlySet<string>;
}

interface Refusal {
  index: number;
  errors: FieldError[];
}

/** What companies tell us about their members, and what we answer about them. */
@Injectable()
export class Profiles {
  constructor(
    private readonly db: Database,
    private readonly members: Members,
    private readonly profiles: ProfilesRepository,
    private readonly jobs: Jobs,
  ) {}

  /** Creates or updates one member. @throws AppError 400 where the month contradicts the date */
  async put(scope: Scope, externalId: string, given: ProfileDto): Promise<MemberDto> {
    const { refusals } = await this.change(scope, [{ index: 0, externalId, given }]);
    if (refusals[0]) throw invalid(refusals[0].errors);
    return this.get(scope, externalId);
  }

  /** Creates or updates many; what is wrong with one is told, the others are stored. A later item builds on an earlier. */
  async putMany(scope: Scope, items: unknown[]): Promise<ProfileBatchAnswer> {
    const changes: Change[] = [];
    const malformed: Refusal[] = [];
    items.forEach((item, index) => {
      const { value, errors } = check(BatchedProfileDto, item);
      if (errors) malformed.push({ index, errors });
      else changes.push({ index, externalId: value.externalId, given: value });
    });
    const { created, updated, refusals } = await this.change(scope, changes);
    const rejected = [...malformed, ...refusals].sort((a, b) => a.index - b.index).map(toRejection);
    return { created, updated, rejected };
  }

  /** @throws AppError 404 */
  async get(scope: Scope, externalId: string): Promise<MemberDto> {
    const found = await this.profiles.find(scope, externalId);
    if (!found) throw notFound('member');
    return { ...found, purchaseTotal: fromMinor(BigInt(found.purchaseTotal), scope.currency) };
  }

  private async change(
    scope: Scope,
    changes: Change[],
  ): Promise<{ created: number; updated: number; refusals: Refusal[] }> {
    if (changes.length === 0) return { created: 0, updated: 0, refusals: [] };
    return this.db.transaction(scope, async () => {
      const { ids, made } = await this.members.claim(
        scope,
        changes.map(({ externalId }) => externalId),
      );
      const profiles = await this.profiles.read(scope, [...ids.values()]);
      const before = new Map(profiles);
      const refusals = applyAll(changes, ids, profiles);
      await this.write(scope, profiles);
      const madeIds = new Set([...made].map((externalId) => ids.get(externalId)!));
      await this.announce(scope, { before, after: profiles, made: madeIds });
      return { created: made.size, updated: changes.length - refusals.length - made.size, refusals };
    });
  }

  private async announce(scope: Scope, { before, after, made }: Written): Promise<void> {
    const changed = [...after].filter(([id, profile]) => made.has(id) || isOther(before.get(id)!, profile));
    const ids = changed.map(([id]) => id);
    await this.members.announceChange(scope, ids);
    // Nobody knows yet who was made a moment ago.
    const memberIds = ids.filter((id) => !made.has(id) && before.get(id)!.rank !== after.get(id)!.rank);
    if (memberIds.length === 0) return;
    const ranks = memberIds.map((memberId) => ({ memberId, rank: after.get(memberId)!.rank }));
    await this.profiles.keepRanks(scope, ranks);
    await this.jobs.announce(scope, rankChanged, { workspaceId: scope.workspaceId, memberIds });
  }

  private async write(scope: Scope, profiles: Map<string, Profile>): Promise<void> {
    await this.profiles.write(scope, profiles);
    const tagged = [...profiles].flatMap(([id, { tags }]) => (tags ? [[id, tags] as const] : []));
    await this.profiles.writeTags(scope, new Map(tagged));
  }
}

/** Given tags count as others, because those that are there are not read. */
function isOther(before: Profile, after: Profile): boolean {
  return after.tags !== undefined || !isDeepStrictEqual(before, after);
}

/** Applies changes in their order to the profiles, in place. A member made for a change has nothing to refuse it for. */
function applyAll(changes: Change[], ids: Map<string, string>, profiles: Map<string, Profile>): Refusal[] {
  const refusals: Refusal[] = [];
  for (const { index, externalId, given } of changes) {
    const id = ids.get(externalId)!;
    const changed = changeProfile(profiles.get(id)!, given);
    if ('path' in changed) refusals.push({ index, errors: [changed] });
    else profiles.set(id, changed);
  }
  return refusals;
}

function toRejection({ index, errors }: Refusal) {
  const detail = errors.map((error) => `${error.path} ${error.detail}`.trim()).join('; ');
  return { index, code: 'request.invalid', detail };
}
