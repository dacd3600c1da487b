import { Type } from 'class-transformer';
import { IsIn, IsObject, IsUUID, ValidateNested } from 'class-validator';
import { IsInstant, Nullable } from '#kernel';
import { CampaignTotalsDto } from '../campaigns.dto.js';

export const RUN_STATES = ['missed', 'planning', 'sending', 'paused', 'sent', 'cancelled', 'failed'] as const;
export type RunState = (typeof RUN_STATES)[number];

export class CampaignRunDto {
  /** For `GET …/recipients?runId=`; null where nothing was sent. */
  @Nullable() @IsUUID() id: string | null;
  @IsInstant() occursAt: Date;
  /** Missed: nobody was there to start it within the hour, or it was paused. */
  @IsIn(RUN_STATES) state: RunState;
  @ValidateNested() @Type(() => CampaignTotalsDto) totals: CampaignTotalsDto;
  /** `{ code, detail }` */
  @Nullable() @IsObject() problem: object | null;
  @Nullable() @IsInstant() startedAt: Date | null;
  @Nullable() @IsInstant() endedAt: Date | null;
}
