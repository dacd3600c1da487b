import { ArrayMaxSize, IsArray, IsInt, IsObject, IsOptional, Matches, Max, Min } from 'class-validator';
import { CheckedLater, IsCalendarDate, IsId, IsInstant, IsText, Nullable, Refine } from '#kernel';
import { birthYears, FitsIndex, IsPlausible } from '../member-fields.js';
import { attributesError, type AttributeChanges } from './attributes.js';

/** What is posted about a member. An absent field stays as it is, `null` clears it. */
@Refine((given: ProfileDto) => attributesError(given.attributes))
@Refine((given: ProfileDto) => {
  if (!given.birthDate || given.birthMonth == null || given.birthMonth === monthOf(given.birthDate)) return undefined;
  return { path: '/birthMonth', detail: 'contradicts birthDate' };
})
export class ProfileDto {
  @IsOptional() @Nullable() @IsText(1_000, { min: 1 }) @FitsIndex() rank?: string | null;
  /** 1–12; follows from `birthDate` where that is known. */
  @IsOptional() @Nullable() @IsInt() @Min(1) @Max(12) birthMonth?: number | null;
  @IsOptional() @Nullable() @IsCalendarDate(birthYears) birthDate?: string | null;
  // As lax as the addresses people really have: Japanese carriers gave out some that break the RFC.
  @IsOptional() @Nullable() @IsText(320) @Matches(/^[^@\s]+@[^@\s]+$/) email?: string | null;
  @IsOptional() @Nullable() @IsText(64) phone?: string | null;
  @IsOptional() @Nullable() @IsInstant() @IsPlausible() registeredAt?: string | null;
  /** Replaces all tags. */
  @IsOptional()
  @Nullable()
  @ArrayMaxSize(100)
  @IsText(1_000, { each: true, min: 1 })
  @FitsIndex({ each: true })
  tags?: string[] | null;
  /** Merged by name; a name with `null` is removed. */
  @IsOptional() @Nullable() @IsObject() attributes?: AttributeChanges | null;
}

export class BatchedProfileDto extends ProfileDto {
  @IsId() externalId: string;
}

export class ProfileBatchDto {
  @IsArray() @ArrayMaxSize(1_000) @CheckedLater() members: unknown[];
}

/** The calendar month, 1–12, of a date `YYYY-MM-DD`. */
export function monthOf(date: string): number {
  return Number(date.slice(5, 7));
}
