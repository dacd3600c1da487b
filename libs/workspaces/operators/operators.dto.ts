import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsString, Matches } from 'class-validator';
import { IsInstant, IsText } from '#kernel';

/** What browsers take for an e-mail address (HTML Standard, 4.10.5.1.5), with at least one dot in the domain; all ASCII. */
const EMAIL =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/i;

export class CreateOperatorDto {
  @IsText(254, { min: 1 })
  @Matches(EMAIL, { message: 'must be an e-mail address in ASCII' })
  email: string;

  @IsText(200, { min: 1 }) name: string;

  /** 12 to 256 characters of any kind; `SignInDto` allows as many. */
  @IsText(256, { min: 12 }) password: string;

  @ArrayNotEmpty() @ArrayMaxSize(100) @ArrayUnique() @IsText(100, { each: true }) permits: string[];
}

export class OperatorDto {
  @IsText(36) id: string;
  @IsText(254) email: string;
  @IsText(200) name: string;
  /** `*` is every permit there is and will be. */
  @IsString({ each: true }) permits: string[];
  @IsInstant() createdAt: string;
}
