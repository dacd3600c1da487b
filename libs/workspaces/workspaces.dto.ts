import { Type } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { IsText, Nullable, Refine } from '#kernel';
import { Ceilings } from './ceilings.dto.js';
import { IsCurrency, IsTimeOfDay, IsTimeZoneName } from './settings-fields.js';

const classes = ['transactional', 'triggered', 'promotional'] as const;

/** When nothing is sent, in the workspace's time zone. Over midnight where `from` is later than `to`. */
@Refine<QuietHours>(({ from, to }) =>
  from === to ? { path: '/to', detail: 'must not be the same as from; null switches quiet hours off' } : undefined,
)
export class QuietHours {
  @IsTimeOfDay() from: string;
  @IsTimeOfDay() to: string;
  /** What is sent all the same. */
  @IsOptional() @ArrayMaxSize(1) @IsIn(['transactional'], { each: true }) exempt: 'transactional'[] = [];
}

/** At most `count` messages of a class per member in any `days` days. */
export class Cap {
  @IsIn(classes) class: (typeof classes)[number];
  @IsInt() @Min(1) @Max(1000) count: number;
  @IsInt() @Min(1) @Max(365) days: number;
}

export class CreateWorkspaceDto {
  @IsText(200, { min: 1 }) name: string;
  @IsOptional() @IsTimeZoneName() timeZone: string = 'Asia/Tokyo';
  @IsOptional() @IsCurrency() currency: string = 'JPY';
  /** Default: 21:00 to 08:00, but for transactional sends. */
  @IsOptional() @Nullable() @ValidateNested() @Type(() => QuietHours) quietHours?: QuietHours | null;
}

export class UpdateWorkspaceDto {
  @IsOptional() @IsText(200, { min: 1 }) name?: string;
  @IsOptional() @IsTimeZoneName() timeZone?: string;
  @IsOptional() @IsCurrency() currency?: string;
  @IsOptional() @Nullable() @ValidateNested() @Type(() => QuietHours) quietHours?: QuietHours | null;
  @IsOptional() @ArrayMaxSize(20) @ValidateNested({ each: true }) @Type(() => Cap) caps?: Cap[];
  /** A campaign to more people than this leaves only when somebody else than who scheduled it has approved it. */
  @IsOptional() @Nullable() @IsInt() @Min(0) @Max(2_147_483_647) approvalAbove?: number | null;
  @IsOptional() @Nullable() @ValidateNested() @Type(() => Ceilings) ceilings?: Ceilings | null;
}

export class WorkspaceDto {
  @IsText(36) id: string;
  @IsText(200) name: string;
  @IsTimeZoneName() timeZone: string;
  @IsCurrency() currency: string;
  @Nullable() @ValidateNested() @Type(() => QuietHours) quietHours: QuietHours | null;
  @ValidateNested({ each: true }) @Type(() => Cap) caps: Cap[];
  @Nullable() @IsInt() approvalAbove: number | null;
  @Nullable() @ValidateNested() @Type(() => Ceilings) ceilings: Ceilings | null;
}

export class CreatedWorkspaceDto {
  @IsText(36) id: string;
  /** The first key, with every permit; shown this once. */
  @IsText(100) apiKey: string;
}
