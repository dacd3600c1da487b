import { IsInt, IsOptional, Matches } from 'class-validator';
import { IsInstant, IsText, Nullable } from '#kernel';

const SHA256 = /^[0-9a-f]{64}$/i;

export class ApproveCampaignDto {
  /** As `GET …/approval` told it: nothing is approved that is not what was seen any more. */
  @IsOptional() @Matches(SHA256) digest?: string;
}

export class CampaignApprovalDto {
  /** Whom it was for when it was last counted; null: it needs no approval. */
  @Nullable() @IsInt() people: number | null;
  /** Of content, people and time: approval is of these alone. Null where nothing is to be approved. */
  @Nullable() @Matches(SHA256) digest: string | null;
  /** Who scheduled it: `operator:…` or `api-key:…`. */
  @Nullable() @IsText(100) askedBy: string | null;
  @Nullable() @IsText(100) approvedBy: string | null;
  @Nullable() @IsInstant() approvedAt: Date | null;
}
