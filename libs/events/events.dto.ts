import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, ValidateNested } from 'class-validator';
import { CheckedLater } from '#kernel';
import { Rejection } from '#members';

export class EventBatchDto {
  @IsArray() @ArrayMaxSize(1_000) @CheckedLater() events: unknown[];
}

/** `accepted`, `duplicates` and the length of `rejected` make up all posted events. */
export class EventBatchAnswer {
  @IsInt() accepted: number;
  @IsInt() duplicates: number;
  @ValidateNested({ each: true }) @Type(() => Rejection) rejected: Rejection[];
}
