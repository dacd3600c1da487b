import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsOptional, ValidateNested } from 'class-validator';
import { CheckedLater, IsId, IsInstant, IsText, Nullable } from '#kernel';
import { IsPlausible } from '../member-fields.js';
import { MOST_MEMBERS } from '../members.jobs.js';
import { Rejection } from '../profiles/member.dto.js';
import { PURPOSES, type Purpose } from './opt-out.entity.js';

/** Where somebody said so, in the company's words: `web form`, `call centre`, … */
const SOURCE = [200, { min: 1 }] as const;

export class OptOutBody {
  @IsText(...SOURCE) source: string;
  /** Default now; not ahead. For taking over what another system knows. */
  @IsOptional() @IsInstant() @IsPlausible() since?: string;
}

export class OptInQuery {
  @IsOptional() @IsText(...SOURCE) source: string = 'api';
}

/** One change of a batch. */
export class BatchedOptOut extends OptOutBody {
  @IsId() externalId: string;
  @IsIn(PURPOSES) purpose: Purpose;
  /** `false`: they want it again, from now on. */
  @IsOptional() @IsBoolean() optedOut: boolean = true;
}

export class OptOutBatch {
  @IsArray() @ArrayMaxSize(MOST_MEMBERS) @CheckedLater() optOuts: unknown[];
}

export class OptOutBatchAnswer {
  @IsInt() changed: number;
  /** Was so already. */
  @IsInt() unchanged: number;
  @ValidateNested({ each: true }) @Type(() => Rejection) rejected: Rejection[];
}

/** A time in which a member did not want to be sent something. */
export class OptOutDto {
  @IsIn(PURPOSES) purpose: Purpose;
  @IsInstant() since: Date;
  @IsText(...SOURCE) source: string;
  /** When they wanted it again; null: it lasts. */
  @Nullable() @IsInstant() endedAt: Date | null;
  @Nullable() @IsText(...SOURCE) endSource: string | null;
}

export class OptOutsDto {
  /** Newest first, ended ones too. */
  @ValidateNested({ each: true }) @Type(() => OptOutDto) items: OptOutDto[];
}
