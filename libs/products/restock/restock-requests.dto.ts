import { IsId, IsInstant } from '#kernel';

export class RestockRequestWriteDto {
  /** The company's own id; the product need not be known here. */
  @IsId() productId: string;
}

export class RestockRequestDto {
  @IsId() productId: string;
  @IsInstant() askedAt: Date;
}
