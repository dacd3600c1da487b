import { Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, IsOptional, IsUUID, ValidateNested } from 'class-validator';
import { CheckedLater, IsInstant, IsText } from '#kernel';
import { JourneyDefinition } from '../definition/journey-definition.js';
import { JOURNEY_STATES, type JourneyState } from './journey.entity.js';

export class JourneyWriteDto {
  @IsText(200, { min: 1 }) name: string;
  @CheckedLater(() => JourneyDefinition) @IsObject() definition: object;
}

export const INSIDE = ['finish', 'stop'] as const;

export class DeactivateJourneyDto {
  /** What becomes of people inside: `finish` (default): they go on to the end; `stop`: their runs end now. */
  @IsOptional() @IsIn(INSIDE) inside?: (typeof INSIDE)[number];
}

/** People in a version of a journey, those whose run is parked included. */
export class InsideDto {
  @IsInt() version: number;
  @IsInt() runs: number;
}

export class JourneyDto {
  @IsUUID() id: string;
  @IsText(200) name: string;
  @IsIn(JOURNEY_STATES) state: JourneyState;
  /** The one that people who come in now walk; who is inside already finishes on theirs. */
  @IsInt() version: number;
  @CheckedLater(() => JourneyDefinition) @IsObject() definition: object;
  @ValidateNested({ each: true }) @Type(() => InsideDto) inside: InsideDto[];
  @IsInstant() createdAt: Date;
  @IsInstant() updatedAt: Date;
}
