import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { IsInstant, IsText, Nullable, Refine } from '#kernel';
import { loginKeyOf, LONGEST_LOGIN_ID } from './login-key.js';
import { LONGEST_PASSWORD } from './password-rules.js';

/** What a member signs in with on our page. Without a password, one that is there stays; the member sets one by mail. */
@Refine(({ loginId }: PutLoginDto) =>
  loginKeyOf(loginId) === undefined ? { path: '/loginId', detail: 'is empty or has control characters' } : undefined,
)
@Refine(({ password, passwordHash }: PutLoginDto) =>
  password === undefined || passwordHash === undefined
    ? undefined
    : { path: '/passwordHash', detail: 'is not given beside a password' },
)
export class PutLoginDto {
  /** Kept as it is; compared without regard to case, width and spaces around it. One member a login id. */
  @IsText(LONGEST_LOGIN_ID, { min: 1 }) loginId: string;
  /** From 8 characters on. */
  @IsOptional() @IsText(LONGEST_PASSWORD) password?: string;
  /** `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` of the password in NFKC, salt of 16 bytes, hash of 32. */
  @IsOptional() @IsText(200) passwordHash?: string;
}

export const LOGIN_WARNINGS = ['no_login', 'no_password', 'no_email', 'email_not_verified'] as const;
export type LoginWarning = (typeof LOGIN_WARNINGS)[number];

export class LoginDto {
  @Nullable() @IsText(LONGEST_LOGIN_ID) loginId: string | null;
  @Nullable() @IsInstant() passwordSetAt: Date | null;
  /** Whether the profile has a mail address to which a reset can go. */
  @IsBoolean() emailSet: boolean;
  /** When the member last opened a link that was mailed to the address of the profile. */
  @Nullable() @IsInstant() emailVerifiedAt: Date | null;
  /** What would keep the member from getting back in, or from moving to a new phone. */
  @IsIn(LOGIN_WARNINGS, { each: true }) warnings: LoginWarning[];
}
