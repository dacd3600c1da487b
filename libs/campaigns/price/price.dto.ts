import { IsInt } from 'class-validator';
import { QuoteDto } from '#delivery';

export class CampaignPriceDto extends QuoteDto {
  /** Everyone the audience names; `people` are those of them who can be sent to. */
  @IsInt() named: number;
}
