import { Type } from 'class-transformer';
import { IsString, ValidateNested } from 'class-validator';
import { IsInstant, IsText } from '#kernel';

export class SignInDto {
  @IsText(254, { min: 1 }) email: string;
  @IsText(256, { min: 1 }) password: string;
}

export class SignedInDto {
  /** Shown this once; goes where an API key would. */
  @IsText(100) token: string;
  /** Latest; two hours without a request end it before. */
  @IsInstant() expiresAt: string;
}

export class SessionWorkspaceDto {
  @IsText(36) id: string;
  @IsText(200) name: string;
}

export class SessionDto {
  @IsText(36) operatorId: string;
  @IsText(254) email: string;
  @IsText(200) name: string;
  /** `*` is every permit there is and will be. */
  @IsString({ each: true }) permits: string[];
  @ValidateNested() @Type(() => SessionWorkspaceDto) workspace: SessionWorkspaceDto;
  @IsInstant() expiresAt: string;
}
