import { Type } from 'class-transformer';
import { IsBoolean, IsOptional, Matches, ValidateNested } from 'class-validator';
import { IsId, IsText, Nullable } from '#kernel';

/** Credentials travel in HTTP headers and are made of printable ASCII. */
const CREDENTIAL = /^[\x21-\x7e]{1,2000}$/;
const wrongCredential = { message: 'must be 1 to 2000 printable ASCII characters without spaces' };

export class LoginChannelDto {
  @IsId()
  channelId: string;

  @Matches(CREDENTIAL, wrongCredential)
  channelSecret: string;
}

export class CreateChannelDto {
  @IsText(200, { min: 1 })
  name: string;

  /** The id that LINE's console shows. */
  @IsId()
  lineChannelId: string;

  /** Signs the webhooks. Encrypted at rest and never read back, like every secret here. */
  @Matches(CREDENTIAL, wrongCredential)
  channelSecret: string;

  @Matches(CREDENTIAL, wrongCredential)
  accessToken: string;

  /** The LINE Login channel of the same provider. */
  @IsOptional()
  @ValidateNested()
  @Type(() => LoginChannelDto)
  login?: LoginChannelDto;

  /** Default true: LINE is asked whether the access token is good. */
  @IsOptional()
  @IsBoolean()
  verify?: boolean;
}

/** Absent fields stay. */
export class UpdateChannelDto {
  @IsOptional()
  @IsText(200, { min: 1 })
  name?: string;

  /** Only what it is already: another LINE channel is another channel. */
  @IsOptional()
  @IsId()
  lineChannelId?: string;

  @IsOptional()
  @Matches(CREDENTIAL, wrongCredential)
  channelSecret?: string;

  @IsOptional()
  @Matches(CREDENTIAL, wrongCredential)
  accessToken?: string;

  /** `null` takes the LINE Login channel away. */
  @IsOptional()
  @Nullable()
  @ValidateNested()
  @Type(() => LoginChannelDto)
  login?: LoginChannelDto | null;

  /** Default true: LINE is asked whether a new access token is good. */
  @IsOptional()
  @IsBoolean()
  verify?: boolean;
}

/** A channel as it is shown: no secret among it. */
export class ChannelDto {
  id: string;
  name: string;
  lineChannelId: string;
  login: { channelId: string } | null;
  /** The account's own user id, once LINE has confirmed the access token. */
  botUserId: string | null;
  /** To be entered in LINE's console. */
  webhookUrl: string;
  verifiedAt: Date | null;
  /** Since when LINE refuses the credentials; nothing is sent until they are renewed. */
  refusedAt: Date | null;
  createdAt: Date;
}
