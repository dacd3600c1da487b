import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { AtLeastOneOf, IsAmount } from '#kernel';

/** The most that may be spent in a span of time; 0 stops everything. */
@AtLeastOneOf('messages', 'amount')
export class Ceiling {
  /** As LINE counts: one a person and request. */
  @IsOptional() @IsInt() @Min(0) @Max(1_000_000_000) messages?: number;
  /** Yen with tax for messages that are not in the plans' monthly prices. */
  @IsOptional() @IsAmount() amount?: number;
}

/** No campaign, journey or API key can send above them; by the workspace's calendar. */
@AtLeastOneOf('day', 'month')
export class Ceilings {
  @IsOptional() @ValidateNested() @Type(() => Ceiling) day?: Ceiling;
  @IsOptional() @ValidateNested() @Type(() => Ceiling) month?: Ceiling;
}
