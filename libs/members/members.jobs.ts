import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsUUID, Matches } from 'class-validator';
import { defineFact } from '#jobs';

/** As many as one request may change. */
const MOST_MEMBERS = 1_000;

export class MemberRefs {
  @IsUUID() workspaceId: string;
  /** members.id */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_MEMBERS)
  @Matches(/^[1-9]\d{0,18}$/, { each: true })
  memberIds: string[];
}

/** Members who were here have another rank, or none: one fact for all of a request. */
export const rankChanged = defineFact({ name: 'members.rank_changed', payload: MemberRefs });
