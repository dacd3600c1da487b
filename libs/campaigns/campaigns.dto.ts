import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { SEND_CLASSES, SKIP_REASONS, TRIM_ORDERS, type MostPeople, type SendClass, type SkipReason } from '#delivery';
import { PageQuery } from '#http';
import { CheckedLater, ExactlyOneOf, IsInstant, IsText, Nullable, Refine } from '#kernel';
import { LINE_LIMITS } from '#line';
import { LINK_ROLES, type LinkRole } from '#linking';
import {
  CampaignOptionFields,
  CanaryDto,
  LocalWindowDto,
  MostDto,
  ON_QUOTA,
  ShownVariantDto,
  TrialDto,
  type OnQuota,
} from './options/campaign-options.dto.js';
import { RepetitionDto } from './repeating/repetition.js';

export const CAMPAIGN_STATES = [
  'draft',
  'scheduled',
  'awaiting_approval',
  'planning',
  'sending',
  'paused',
  'sent',
  'cancelled',
  'failed',
] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** Segments that one campaign names, and leaves out. */
const MOST_SEGMENTS = 20;
const MOST_UNDO_SECONDS = 3_600;

function bothContents({ messages, variants }: { messages?: object[]; variants?: object[] | null }) {
  return messages && variants
    ? { path: '/variants', detail: 'cannot be had beside messages: the first of them is' }
    : undefined;
}

class CampaignFields extends CampaignOptionFields {
  @IsOptional() @IsUUID() segmentId?: string;
  @IsOptional() @CheckedLater() @IsObject() rule?: object;
  /** Everyone in any of these segments. */
  @IsOptional()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_SEGMENTS)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  segmentIds?: string[];
  /** The people of `/v1/audiences/{id}`. */
  @IsOptional() @IsUUID() audienceId?: string;
  /** But for those in any of these segments. */
  @IsOptional()
  @ArrayMaxSize(MOST_SEGMENTS)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  excludeSegmentIds?: string[];
  @IsOptional() @Nullable() @IsInstant() sendAt?: string | null;
  @IsOptional() @IsIn(SEND_CLASSES) class?: SendClass;
  /** Only people who are linked in this role get it; the others are skipped as `not_in_role`. Default: in any. */
  @IsOptional() @Nullable() @IsIn(LINK_ROLES) role?: LinkRole | null;
  /** Name under which LINE counts it; default: made from the campaign's id. */
  @IsOptional() @Nullable() @Matches(LINE_LIMITS.aggregationUnit.pattern) unit?: string | null;
  /** For so long after it was scheduled nothing leaves, and it can be taken back. Default: 0. */
  @IsOptional() @IsInt() @Min(0) @Max(MOST_UNDO_SECONDS) undoSeconds?: number;
  /** Sends it again and again, from `sendAt` on, each time to whom the audience is then. */
  @IsOptional() @Nullable() @ValidateNested() @Type(() => RepetitionDto) repeat?: RepetitionDto | null;
}

@ExactlyOneOf('segmentId', 'rule', 'segmentIds', 'audienceId')
@Refine<CreateCampaignDto>(({ messages, variants }) =>
  messages || variants
    ? bothContents({ messages, variants })
    : { path: '/messages', detail: 'must be given, or variants' },
)
export class CreateCampaignDto extends CampaignFields {
  @IsText(200, { min: 1 }) name: string;
  @IsUUID() channelId: string;
  /** 1 to 5 LINE message objects with `{{variables}}`. */
  @IsOptional() @CheckedLater() @IsArray() messages?: object[];
}

@Refine<UpdateCampaignDto>(({ segmentId, rule, segmentIds, audienceId }) =>
  [segmentId, rule, segmentIds, audienceId].filter((one) => one !== undefined).length > 1
    ? { path: '', detail: 'must have at most one of segmentId, rule, segmentIds, audienceId' }
    : undefined,
)
@Refine<UpdateCampaignDto>(bothContents)
export class UpdateCampaignDto extends CampaignFields {
  @IsOptional() @IsText(200, { min: 1 }) name?: string;
  @IsOptional() @IsUUID() channelId?: string;
  @IsOptional() @CheckedLater() @IsArray() messages?: object[];
}

export class ScheduleCampaignDto {
  /** Default: the campaign's own `sendAt`, or now. */
  @IsOptional() @IsInstant() sendAt?: string;
}

export class DuplicateCampaignDto {
  /** Default: the campaign's own, with a mark. */
  @IsOptional() @IsText(200, { min: 1 }) name?: string;
}

export class ResendCampaignDto extends DuplicateCampaignDto {
  /** For which people were skipped. */
  @ArrayNotEmpty() @ArrayUnique() @IsIn(SKIP_REASONS, { each: true }) reasons: SkipReason[];
  /** Of one that comes back; default: its newest run. */
  @IsOptional() @IsUUID() runId?: string;
}

export class CampaignsQuery extends PageQuery {
  @IsOptional() @IsIn(CAMPAIGN_STATES) state?: CampaignState;
}

export class CampaignTotalsDto {
  @IsInt() audience: number;
  @IsInt() planned: number;
  @IsInt() accepted: number;
  @IsInt() rejected: number;
  @IsInt() uncertain: number;
  /** How many by reason. */
  @IsObject() skipped: Record<string, number>;
}

export class CampaignDto {
  @IsUUID() id: string;
  @IsText(200) name: string;
  @IsUUID() channelId: string;
  @Nullable() @IsUUID() segmentId: string | null;
  @Nullable() @IsObject() rule: object | null;
  @Nullable() @IsUUID(undefined, { each: true }) segmentIds: string[] | null;
  @Nullable() @IsUUID() audienceId: string | null;
  @IsUUID(undefined, { each: true }) excludeSegmentIds: string[];
  @Nullable() @IsIn(LINK_ROLES) role: LinkRole | null;
  @IsObject({ each: true }) messages: object[];
  @Nullable() @IsInstant() sendAt: Date | null;
  @IsInt() undoSeconds: number;
  /** When it will leave: never before `undoSeconds` have passed. Of one that comes back, the next time. */
  @Nullable() @IsInstant() startsAt: Date | null;
  @Nullable() @IsObject() repeat: object | null;
  @IsIn(SEND_CLASSES) class: SendClass;
  @IsText(30) unit: string;
  @Nullable() @ValidateNested({ each: true }) @Type(() => ShownVariantDto) variants: ShownVariantDto[] | null;
  @Nullable() @ValidateNested() @Type(() => LocalWindowDto) window: LocalWindowDto | null;
  @IsInt() value: number;
  @Nullable() @ValidateNested() @Type(() => MostDto) most: MostDto | null;
  @IsIn(ON_QUOTA) onQuota: OnQuota;
  @IsIn(TRIM_ORDERS) trimOrder: MostPeople['order'];
  @Nullable() @IsNumber() holdoutPercent: number | null;
  @Nullable() @ValidateNested() @Type(() => TrialDto) test: TrialDto | null;
  @Nullable() @ValidateNested() @Type(() => CanaryDto) canary: CanaryDto | null;
  /** One that comes back is scheduled until its last time; `GET …/runs` tells what became of each. */
  @IsIn(CAMPAIGN_STATES) state: CampaignState;
  /** Of one that comes back, those of its newest run. */
  @ValidateNested() @Type(() => CampaignTotalsDto) totals: CampaignTotalsDto;
  /** Why it stands still or has failed: `{ code, detail }`. */
  @Nullable() @IsObject() problem: object | null;
  @Nullable() @IsInstant() startedAt: Date | null;
  @Nullable() @IsInstant() endedAt: Date | null;
  @IsInstant() createdAt: Date;
  @IsInstant() updatedAt: Date;
}
