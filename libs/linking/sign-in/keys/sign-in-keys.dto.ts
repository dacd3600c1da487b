import { IsInstant, IsText } from '#kernel';

export class SignInKeyDto {
  @IsText(36) id: string;
  @IsInstant() createdAt: string;
}

export class CreatedSignInKeyDto extends SignInKeyDto {
  /** Shown this once. Its characters, as they are, are the key of HS256. */
  @IsText(100) secret: string;
}
