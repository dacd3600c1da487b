import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, Matches, ValidateNested } from 'class-validator';
import type { FriendState } from '#channels';
import { pageQuery } from '#http';
import { IsId, IsInstant, isCalendarDate, isInstant, IsText, Nullable, Refine } from '#kernel';
import { LINE_USER_ID } from '#line';
import { LINK_ROLES, LINK_ROUTES, type LinkRole, type LinkRoute } from '../link.entity.js';

const FRIEND_STATES = ['friend', 'blocked', 'none'] as const;

/** `from` ≤ date of the link < `to`; a bare date is midnight in the workspace's time zone. */
@Refine(({ linkedFrom }: MemberSearchQuery) => momentError('/linkedFrom', linkedFrom))
@Refine(({ linkedTo }: MemberSearchQuery) => momentError('/linkedTo', linkedTo))
@Refine(({ linked, role, linkedFrom, linkedTo }: MemberSearchQuery) =>
  linked === false && (role ?? linkedFrom ?? linkedTo) !== undefined
    ? { path: '/linked', detail: 'must not be false beside role, linkedFrom or linkedTo' }
    : undefined,
)
export class MemberSearchQuery extends pageQuery({ max: 1_000 }) {
  /** Whether they have a live link. */
  @IsOptional() @IsBoolean() linked?: boolean;
  /** With a live link of this date or later. */
  @IsOptional() @IsText(64) linkedFrom?: string;
  /** With a live link from before this date. */
  @IsOptional() @IsText(64) linkedTo?: string;
  /** With a live link in this role; beside dates it is one link that has both. */
  @IsOptional() @IsIn(LINK_ROLES) role?: LinkRole;
  /** Beginning of the company's own id, or a whole mail address or telephone number. */
  @IsOptional() @IsText(320, { min: 1 }) q?: string;
}

/** A live link of a member that was found. */
export class FoundLinkDto {
  @IsText(20) id: string;
  @IsText(36) channelId: string;
  @Matches(LINE_USER_ID) lineUserId: string;
  @IsIn(LINK_ROLES) role: LinkRole;
  @IsIn(LINK_ROUTES) route: LinkRoute;
  @IsInstant() linkedAt: Date;
  @IsIn(FRIEND_STATES) friendState: FriendState;
}

/** A member in a list: the summary, without the profile, and the live links. */
export class FoundMemberDto {
  @IsId() externalId: string;
  @Nullable() @IsText(1_000) rank: string | null;
  @Nullable() @IsInt() birthMonth: number | null;
  @Nullable() @IsInstant() registeredAt: Date | null;
  @IsInt() visitCount: number;
  @IsInt() purchaseCount: number;
  /** Net of refunds, in the workspace's currency. */
  @IsNumber() purchaseTotal: number;
  @Nullable() @IsInstant() lastPurchaseAt: Date | null;
  /** Has a live link. */
  @IsBoolean() linked: boolean;
  /** The best state over the linked LINE users: friend, else blocked, else none. */
  @IsIn(FRIEND_STATES) friendState: FriendState;
  @IsInstant() createdAt: Date;
  /** The live ones, in the order they were made. */
  @ValidateNested({ each: true }) @Type(() => FoundLinkDto) links: FoundLinkDto[];
}

function momentError(path: string, text: string | undefined) {
  if (text === undefined || isInstant(text) || isCalendarDate(text)) return undefined;
  return { path, detail: 'must be an instant with offset, or a date YYYY-MM-DD' };
}
