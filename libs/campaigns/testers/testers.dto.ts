import { ArrayMaxSize, ArrayUnique, IsArray, IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';
import { IsId } from '#kernel';
import { LINE_USER_ID } from '#line';
import { MOST_VARIANTS } from '../options/campaign-options.dto.js';

/** People of one kind that one test goes to. */
const MOST_TESTERS = 20;

export class TestersDto {
  /** Members by the company's own ids. */
  @IsArray() @ArrayMaxSize(MOST_TESTERS) @ArrayUnique() @IsId({ each: true }) memberIds: string[];
  /** LINE users, linked or not; who is no member sees the names of variables instead of values. */
  @IsArray()
  @ArrayMaxSize(MOST_TESTERS)
  @ArrayUnique()
  @Matches(LINE_USER_ID, { each: true })
  lineUserIds: string[];
}

/** Without any ids it goes to the testers of the workspace. */
export class TestCampaignDto {
  /** Members by the company's own ids. */
  @IsOptional() @IsArray() @ArrayMaxSize(MOST_TESTERS) @IsId({ each: true }) memberIds?: string[];
  /** LINE users of the channel, linked or not; who is no member sees the names of variables instead of values. */
  @IsOptional() @IsArray() @ArrayMaxSize(MOST_TESTERS) @Matches(LINE_USER_ID, { each: true }) lineUserIds?: string[];
  /** Which of its contents, counted from 0. Default: 0. */
  @IsOptional() @IsInt() @Min(0) @Max(MOST_VARIANTS - 1) variant?: number;
}

export class CampaignTestDto {
  /** For `GET …/recipients?testId=`. */
  @IsUUID() id: string;
  /** People named. */
  @IsInt() audience: number;
}
