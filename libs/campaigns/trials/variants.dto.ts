import { Type } from 'class-transformer';
import { IsIn, IsInt, IsNumber, IsObject, ValidateNested } from 'class-validator';
import { IsInstant, IsText, Nullable } from '#kernel';
import { CampaignTotalsDto } from '../campaigns.dto.js';

const RESULTS = ['waiting', 'released', 'stopped', 'released_by_hand', 'overtaken'] as const;

class VariantResultDto {
  @IsInt() variant: number;
  @IsText(30) unit: string;
  @IsNumber() share: number;
  /** Of those who were sent to at once; of the rest, who get the winner, nobody is in it. */
  @ValidateNested() @Type(() => CampaignTotalsDto) totals: CampaignTotalsDto;
  /** People who opened an address, as LINE tells it; null: it does not, or there are fewer than 20. */
  @Nullable() @IsInt() clicks: number | null;
  /** Members who purchased within `decideAfterMinutes` after their request; without a test within a day. */
  @IsInt() conversions: number;
}

export class CampaignVariantsDto {
  /** Null: nobody is held back, or it has not left. */
  @Nullable() @IsIn(RESULTS) result: (typeof RESULTS)[number] | null;
  /** When the last of the first part was sent to. */
  @Nullable() @IsInstant() firstSentAt: Date | null;
  @Nullable() @IsInstant() decidesAt: Date | null;
  @Nullable() @IsInstant() decidedAt: Date | null;
  /** `{ variant, by, why }`: what decided, and why it was not what had been asked for. */
  @Nullable() @IsObject() winner: object | null;
  /** `[{ accepted, clicks, conversions }]` by variant, when it was decided. */
  @Nullable() @IsObject({ each: true }) decidedWith: object[] | null;
  /** `{ planned, accepted, rejected, blockedSince }` of a canary, when it was decided, or now. */
  @Nullable() @IsObject() canary: object | null;
  @ValidateNested({ each: true }) @Type(() => VariantResultDto) variants: VariantResultDto[];
}
