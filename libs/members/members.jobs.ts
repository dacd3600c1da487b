import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsUUID, Matches } from 'class-validator';
import { defineFact } from '#jobs';
import { PURPOSES, type Purpose } from './opt-outs/opt-out.entity.js';

/** As many as one request may change. */
export const MOST_MEMBERS = 1_000;

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

/**
 * Something that rules ask of these members may be another than before: the profile, the links or the friend state; made
 * just now counts too. What events add up to is not announced here.
 */
export const membersChanged = defineFact({ name: 'members.changed', payload: MemberRefs });

export class WishRefs extends MemberRefs {
  @IsIn(PURPOSES) purpose: Purpose;
}

/** Members do not want to be sent something any more; who did not before is not among them. */
export const optedOut = defineFact({ name: 'members.opted_out', payload: WishRefs });

/** Members who did not want to be sent something want it again. */
export const optedIn = defineFact({ name: 'members.opted_in', payload: WishRefs });
