import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { IsInstant, IsText, Nullable } from '#kernel';
import { FEED_FORMATS, FEED_STATES, type FeedFormat, type FeedState } from './feed.entity.js';

export class FeedQuery {
  /** Whether products that the feed does not name are out of stock from then on. */
  @IsOptional() @IsBoolean() replace: boolean = false;
  /** Whether other parts of the file are still to come, by PATCH. */
  @IsOptional() @IsBoolean() more: boolean = false;
}

export class FeedPartQuery {
  /** Byte of the file at which this part begins: `bytes` of the feed as it is. */
  @IsOptional() @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) offset: number = 0;
  @IsOptional() @IsBoolean() more: boolean = false;
}

export class FeedRefusalDto {
  /** Of the file, from 1: where the row begins. */
  @IsInt() line: number;
  @IsText(100) code: string;
  @IsText(10_000) detail: string;
}

export class FeedSummaryDto {
  @IsText(36) id: string;
  @IsIn(FEED_FORMATS) format: FeedFormat;
  @IsBoolean() replace: boolean;
  /** `receiving`, then `waiting`, `importing` and in the end `imported` or `failed`. */
  @IsIn(FEED_STATES) state: FeedState;
  /** Received so far. */
  @IsInt() bytes: number;
  @IsInt() importedBytes: number;
  /** Read so far; the four counts after it make up all of them. */
  @IsInt() rows: number;
  @IsInt() created: number;
  @IsInt() updated: number;
  @IsInt() unchanged: number;
  @IsInt() refusedRows: number;
  /** Products put out of stock because the feed does not name them. */
  @IsInt() outOfStock: number;
  /** Why the feed was given up as a whole; rows before that line are stored. */
  @Nullable() @ValidateNested() @Type(() => FeedRefusalDto) error: FeedRefusalDto | null;
  @IsInstant() createdAt: Date;
  @Nullable() @IsInstant() receivedAt: Date | null;
  @Nullable() @IsInstant() finishedAt: Date | null;
}

export class FeedDto extends FeedSummaryDto {
  /** The first 1,000 rows that were refused. */
  @ValidateNested({ each: true }) @Type(() => FeedRefusalDto) refused: FeedRefusalDto[];
}
