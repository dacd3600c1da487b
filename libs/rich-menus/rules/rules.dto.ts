import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import { AtLeastOneOf, IsText, Nullable, Refine } from '#kernel';
import { LINK_ROLES, type LinkRole } from '#linking';
import { IsMoment } from '#segments';

/** More than anybody can oversee; each is a branch of one statement. */
export const MOST_RULES = 50;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const detail = 'must be a time of day HH:MM';

/** Hours of the day by the workspace's clocks; `to` before `from` goes over midnight. */
@Refine<HoursDto>(({ from, to }) => (from === to ? { path: '/to', detail: 'must not be the same as from' } : undefined))
export class HoursDto {
  @Matches(TIME, { message: detail }) from: string;
  /** The first minute that is no longer in it. */
  @Matches(TIME, { message: detail }) to: string;
}

/** All that is given must hold, and all that is asked of a link of one and the same link. */
@AtLeastOneOf('linked', 'role', 'rank', 'segmentId', 'from', 'to', 'hours')
@Refine<WhenDto>(({ linked, role, rank, segmentId }) =>
  linked === false && [role, rank, segmentId].some((asked) => asked !== undefined)
    ? { path: '/linked', detail: 'cannot be false beside role, rank or segmentId, which ask for a link' }
    : undefined,
)
export class WhenDto {
  /** Whether the LINE user is linked to any member. */
  @IsOptional() @IsBoolean() linked?: boolean;
  /** Is linked in this role. */
  @IsOptional() @IsIn(LINK_ROLES) role?: LinkRole;
  /** Is linked to a member of this rank. */
  @IsOptional() @IsText(1_000, { min: 1 }) rank?: string;
  /** Is linked to a member who is in this segment. */
  @IsOptional() @IsUUID() segmentId?: string;
  /** An instant or a date, which is its local midnight. */
  @IsOptional() @IsMoment() from?: string;
  /** The first moment at which it no longer holds. */
  @IsOptional() @IsMoment() to?: string;
  @IsOptional() @ValidateNested() @Type(() => HoursDto) hours?: HoursDto;
}

export class MenuRuleDto {
  @ValidateNested() @Type(() => WhenDto) when: WhenDto;
  @IsUUID() menuId: string;
}

export class MenuRulesDto {
  /** The first that holds for a person decides. */
  @IsArray()
  @ArrayMaxSize(MOST_RULES)
  @ValidateNested({ each: true })
  @Type(() => MenuRuleDto)
  rules: MenuRuleDto[];
  /** For everybody else, people unknown to us included; null: nothing. */
  @IsOptional() @Nullable() @IsUUID() defaultMenuId?: string | null = null;
}

/** A rule as it is stored. */
export type MenuRule = MenuRuleDto;

/** Rules, and how far LINE is with them. */
export class MenuRulesAnswer {
  channelId: string;
  rules: MenuRuleDto[];
  defaultMenuId: string | null;
  /** People who have not yet been given what they should see. */
  peopleDue: number;
  /** Why menus are not at LINE yet; null where nothing is wrong. */
  problem: string | null;
}

export class MemberMenusQuery {
  /** Default: all channels. */
  @IsOptional() @IsUUID() channelId?: string;
}

/** What a rule's decision was made from. */
export class MenuReasonDto {
  /** It was chosen for the member, as by a journey, before any rule. */
  chosen: boolean;
  /** The rule's place in the list, from 1; null: it was chosen, or no rule holds and it is the default. */
  rule: number | null;
  when: WhenDto | null;
  linked: boolean;
  roles: string[];
  ranks: string[];
  /** Of the segments that rules of the channel name, those which a linked member is in. */
  segmentIds: string[];
  /** The moment for which it was decided. */
  at: Date;
}

export class MenuLineStateDto {
  /**
   * `has_it`; `pending`: to be told, or told again; `accepted`: taken with many others, carried out within seconds;
   * `blocked`: sees nothing of ours until they unblock; `refused`.
   */
  state: string;
  /** When LINE took it. */
  since: Date | null;
  error: string | null;
}

/** Which menu one of a member's LINE users sees. */
export class MemberMenuDto {
  channelId: string;
  lineUserId: string;
  menu: { id: string; name: string; version: number } | null;
  why: MenuReasonDto;
  line: MenuLineStateDto;
}

export class MemberMenusAnswer {
  /** One for each LINE user the member is linked to; none for a member without a link. */
  items: MemberMenuDto[];
}
