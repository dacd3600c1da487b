import { Type } from 'class-transformer';
import { IsIn, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import { PageQuery } from '#http';
import { IsId, IsInstant, IsText, Nullable } from '#kernel';
import { LINE_USER_ID } from '#line';
import { LINK_ROLES, LINK_ROUTES, type LinkRole, type LinkRoute } from '../link.entity.js';
import { LOGIN_WARNINGS, type LoginWarning } from '../sign-in/logins/logins.dto.js';
import { TAKEOVER_STATES, type TakeoverState } from './takeovers.repository.js';

const lineUserId = { message: 'must be U and 32 hex digits in small letters' };

export class AskTakeoverDto {
  @IsUUID() channelId: string;
  /** The LINE account to leave; needed only where the member has several on the channel. */
  @IsOptional() @Matches(LINE_USER_ID, lineUserId) lineUserId?: string;
}

export class TakeoversQuery extends PageQuery {
  /** `expired`: nobody entered the code in time; `objected`: done, and the old LINE account says it was not its wish. */
  @IsOptional() @IsIn(TAKEOVER_STATES) state?: TakeoverState;
}

export class TakeoverDto {
  @IsUUID() id: string;
  @IsUUID() channelId: string;
  /** The company's own id of the member. */
  @IsId() memberId: string;
  /** The old LINE account. */
  @Matches(LINE_USER_ID) fromLineUserId: string;
  /** The new one, once it is done. */
  @Nullable() @Matches(LINE_USER_ID) toLineUserId: string | null;
  @IsIn(TAKEOVER_STATES) state: TakeoverState;
  @IsInstant() createdAt: Date;
  /** Of the code. */
  @IsInstant() expiresAt: Date;
  @Nullable() @IsInstant() doneAt: Date | null;
  /** Until then an operator can undo it. */
  @Nullable() @IsInstant() undoUntil: Date | null;
  @Nullable() @IsInstant() objectedAt: Date | null;
}

/** A link that will move. */
export class MovingLinkDto {
  @IsText(20) id: string;
  @IsIn(LINK_ROLES) role: LinkRole;
  @IsIn(LINK_ROUTES) route: LinkRoute;
  @IsInstant() linkedAt: Date;
}

export class AskedTakeoverDto extends TakeoverDto {
  /** For the member, to be entered with the new LINE account. Shown only here; capitals count. */
  @IsText(10) code: string;
  @ValidateNested({ each: true }) @Type(() => MovingLinkDto) links: MovingLinkDto[];
  /** What will keep the member from confirming it, unless it is mended before. */
  @IsIn(LOGIN_WARNINGS, { each: true }) warnings: LoginWarning[];
}
