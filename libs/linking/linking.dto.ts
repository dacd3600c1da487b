import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import type { FriendState } from '#channels';
import { CheckedLater, IsId, IsInstant } from '#kernel';
import { LINE_USER_ID } from '#line';
import { IsPlausible, type Rejection } from '#members';
import { LINK_ROLES, type LinkRole } from './link.entity.js';

/** A link that another system made. */
export class ImportedLinkDto {
  /** The company's own id of the member. */
  @IsId()
  memberId: string;

  @Matches(LINE_USER_ID, { message: 'must be U and 32 hex digits in small letters' })
  lineUserId: string;

  @IsOptional()
  @IsIn(LINK_ROLES)
  role: LinkRole = 'member';

  /** Default: now. */
  @IsOptional()
  @IsInstant()
  @IsPlausible()
  linkedAt?: string;

  /** Whether the other system believes that they are friends; it counts until LINE says otherwise. */
  @IsOptional()
  @IsBoolean()
  friend: boolean = false;
}

export class LinkBatchDto {
  @IsString()
  channelId: string;

  @IsArray()
  @ArrayMaxSize(1_000)
  @CheckedLater()
  links: unknown[];
}

export class LinkBatchAnswer {
  created: number;
  /** The same live link was there already, or stands in the list before. */
  unchanged: number;
  rejected: Rejection[];
}

export class LinkDto {
  id: string;
  /** The company's own id of the member. */
  memberId: string;
  channelId: string;
  lineUserId: string;
  role: LinkRole;
  /** How it came about; `import`: another system had made it. */
  route: string;
  linkedAt: Date;
  /** Null while it lives. */
  endedAt: Date | null;
  endReason: string | null;
  /** Of the LINE user, as of now. */
  friendState: FriendState;
}
