import { Type } from 'class-transformer';
import { ArrayMaxSize, IsBoolean, IsIn, IsOptional, IsUUID, ValidateNested } from 'class-validator';
import { IsId, IsInstant, IsText, Nullable } from '#kernel';
import { CODE_LENGTH } from './code.js';

export class GiveUserCodeDto {
  /** The company's own id of the user; the contractor may be the user. */
  @IsId()
  userMemberId: string;

  /** What the contractor knows the user by; shown beside the code. */
  @IsOptional()
  @IsText(100, { min: 1 })
  label?: string;

  /** When the code stops working; default: never. */
  @IsOptional()
  @IsInstant()
  expiresAt?: string;
}

export class ReplaceUserCodeDto {
  /** When the new code stops working; default: never. */
  @IsOptional()
  @IsInstant()
  expiresAt?: string;
}

export const USER_CODE_STATES = ['open', 'used', 'expired'] as const;

export class UserCodeDto {
  @IsUUID() id: string;
  /** The company's own id of the user. */
  @IsId() userMemberId: string;
  @Nullable() @IsText(100) label: string | null;
  /** Case-sensitive; null unless it is open. */
  @Nullable() @IsText(CODE_LENGTH) code: string | null;
  @IsIn(USER_CODE_STATES) state: (typeof USER_CODE_STATES)[number];
  @IsInstant() createdAt: Date;
  @Nullable() @IsInstant() expiresAt: Date | null;
  @Nullable() @IsInstant() usedAt: Date | null;
}

export class ContractUserDto {
  /** The company's own id. */
  @IsId()
  memberId: string;

  /** As it was given when the contract was made. */
  @IsOptional()
  @IsText(100, { min: 1 })
  name?: string;
}

export class ContractUsersDto {
  /** All users of the contract; who is missing is none any more. */
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => ContractUserDto)
  users: ContractUserDto[];
}

export class ShownContractUserDto {
  @IsId() memberId: string;
  @Nullable() @IsText(100) name: string | null;
  /** Whether somebody is linked as this user now. */
  @IsBoolean() linked: boolean;
}

export class ShownContractUsersDto {
  @ArrayMaxSize(50) @ValidateNested({ each: true }) @Type(() => ShownContractUserDto) users: ShownContractUserDto[];
}
