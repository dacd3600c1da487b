import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNumber, IsObject, ValidateNested } from 'class-validator';
import { IsCalendarDate, IsId, IsInstant, IsText, Nullable } from '#kernel';
import type { Attributes } from './attributes.js';

const FRIEND_STATES = ['friend', 'blocked', 'none'] as const;

/** A member as the API tells it: the profile, what the events add up to, and the ties to LINE. */
export class MemberDto {
  @IsId() externalId: string;
  @Nullable() @IsText(1_000) rank: string | null;
  @Nullable() @IsInt() birthMonth: number | null;
  @Nullable() @IsCalendarDate() birthDate: string | null;
  @Nullable() @IsText(320) email: string | null;
  @Nullable() @IsText(64) phone: string | null;
  @Nullable() @IsInstant() registeredAt: Date | null;
  @IsText(1_000, { each: true }) tags: string[];
  @IsObject() attributes: Attributes;
  @IsInt() visitCount: number;
  /** Orders, without those of which refunds have left nothing. */
  @IsInt() purchaseCount: number;
  /** Net of refunds, in the workspace's currency. */
  @IsNumber() purchaseTotal: number;
  @Nullable() @IsInstant() firstPurchaseAt: Date | null;
  @Nullable() @IsInstant() lastPurchaseAt: Date | null;
  /** Has a live link. */
  @IsBoolean() linked: boolean;
  /** The best state over the linked LINE users: friend, else blocked, else none. */
  @IsIn(FRIEND_STATES) friendState: (typeof FRIEND_STATES)[number];
  @IsInstant() createdAt: Date;
}

export class Rejection {
  /** Place in the posted list, from 0. */
  @IsInt() index: number;
  @IsText(100) code: string;
  @IsText(10_000) detail: string;
}

export class ProfileBatchAnswer {
  @IsInt() created: number;
  @IsInt() updated: number;
  @ValidateNested({ each: true }) @Type(() => Rejection) rejected: Rejection[];
}
