import { IsIn, IsInt, IsNumber, IsObject, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { pageQuery } from '#http';
import { IsInstant, IsText, Nullable } from '#kernel';
import { AUDIENCE_STATES, REFUSAL_REASONS, type AudienceState, type RefusalReason } from './audience.entity.js';

export class UploadQuery {
  @IsText(200, { min: 1 }) name: string;
  /** Whose LINE users the file may name; default: the workspace's only channel. */
  @IsOptional() @IsUUID() channelId?: string;
}

export class RefusedRowsQuery extends pageQuery({ max: 1000, usual: 100 }) {}

export class AudienceDto {
  @IsUUID() id: string;
  @IsText(200) name: string;
  @Nullable() @IsUUID() channelId: string | null;
  @IsIn(AUDIENCE_STATES) state: AudienceState;
  /** Read so far, without the row that names the columns: matched and refused together. */
  @IsInt() rows: number;
  /** People. */
  @IsInt() matched: number;
  @IsInt() refused: number;
  /** Share of the file that is read, 0 to 1. */
  @IsNumber() @Min(0) @Max(1) progress: number;
  /** Why it has failed: `{ code, detail }`. */
  @Nullable() @IsObject() problem: object | null;
  @IsInstant() createdAt: Date;
  @Nullable() @IsInstant() finishedAt: Date | null;
}

export class RefusedRowDto {
  /** Of the file, from 1. */
  @IsInt() line: number;
  @IsIn(REFUSAL_REASONS) reason: RefusalReason;
  /** The id as it is written there. */
  @IsText(128) value: string;
}
