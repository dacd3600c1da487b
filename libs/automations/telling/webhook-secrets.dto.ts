import { IsText } from '#kernel';

export class WebhookSecretDto {
  /** Shown once. */
  @IsText(200) secret: string;
}
