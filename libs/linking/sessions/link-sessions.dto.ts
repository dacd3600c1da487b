import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import { IsId, IsInstant, IsText, Nullable } from '#kernel';
import { LINE_USER_ID } from '#line';
import { LINK_ROLES, type LinkRole } from '../link.entity.js';
import { VISITOR_ID } from '../linking.jobs.js';
import { SESSION_OUTCOMES, SESSION_STATES, type SessionOutcome, type SessionState } from './link-session.entity.js';

export class CreateLinkSessionDto {
  @IsUUID() channelId: string;

  /** Where the browser comes back to; its origin is one of the link page's `returnUrls`. */
  @IsText(2_000, { min: 1 }) returnUrl: string;

  /** Only links of this role count, and a new one has it. Default: all count, a new one has the link page's role. */
  @IsOptional() @IsIn(LINK_ROLES) role?: LinkRole;

  /** The member whom the site has signed in already: the LINE user is linked with them, once the site takes the result. */
  @IsOptional() @IsId() memberId?: string;
}

/** What a browser is sent to. */
export class LinkSessionStartDto {
  @IsUUID() id: string;
  /** Opens once, in one browser. */
  @IsText(2_000) url: string;
  @IsInstant() expiresAt: Date;
}

export class LinkSessionDto {
  @IsUUID() id: string;
  @IsUUID() channelId: string;
  @Nullable() @IsIn(LINK_ROLES) role: LinkRole | null;
  @IsIn(SESSION_STATES) state: SessionState;
  /** What the result said, once it was taken. */
  @Nullable() @IsIn(SESSION_OUTCOMES) outcome: SessionOutcome | null;
  @IsInstant() createdAt: Date;
  /** Until when the next step can be taken. */
  @IsInstant() expiresAt: Date;
}

/** What the site may say of the browser beside. */
class OfVisitorDto {
  /** What the script on your pages calls the browser: what it did before becomes the member's. */
  @IsOptional() @Matches(VISITOR_ID) visitorId?: string;
}

export class LinkSessionCodeDto extends OfVisitorDto {
  /** The `code` that the browser brought back. */
  @IsText(200, { min: 1 }) code: string;
}

export class LinkedMemberDto {
  @IsId() memberId: string;
  @IsIn(LINK_ROLES) role: LinkRole;
}

export class LinkSessionResultDto {
  /**
   * `known`: the LINE user is this member, which signs them in. `unknown`: nobody yet; sign them in or register them,
   * then link them. `ambiguous`: one of `members`, as in a household; ask which. `failed`: see `error`.
   */
  @IsIn(SESSION_OUTCOMES) status: SessionOutcome;
  @IsOptional() @IsId() memberId?: string;
  @IsOptional() @IsIn(LINK_ROLES) role?: LinkRole;
  /** Everybody whom the LINE user is linked with, in the role that was asked for. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => LinkedMemberDto) members: LinkedMemberDto[];
  /** Whether the LINE user is a friend of the account who does not block it. */
  @IsOptional() @IsBoolean() friend?: boolean;
  @IsOptional() @Matches(LINE_USER_ID) lineUserId?: string;
  /** Code of what went wrong, such as `linking.cancelled`. */
  @IsOptional() @IsText(100) error?: string;
}

export class LinkSessionAnswerDto {
  @ValidateNested() @Type(() => LinkSessionResultDto) result: LinkSessionResultDto;
  /**
   * The same, signed with the workspace's sign-in key (HS256, five minutes), to be handed on between servers: `iss`
   * PUBLIC_URL, `aud` the workspace, `jti` the session. Null while the workspace has no key.
   */
  @Nullable() @IsText(4_000) token: string | null;
}

export class LinkSessionMemberDto extends OfVisitorDto {
  /** Whom the site has signed in or registered. */
  @IsId() memberId: string;
}

export class LinkSessionLinkDto extends LinkedMemberDto {
  @IsText(20) linkId: string;
}
