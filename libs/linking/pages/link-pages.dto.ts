import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { LinkPageSettings } from './link-page.settings.js';

export class PreviewLinkPageDto {
  /** On top of what is saved. */
  @ValidateNested() @Type(() => LinkPageSettings) settings: LinkPageSettings;
}

export class LinkPagePreviewDto {
  /** For the eyes of whoever has it, on any device. */
  url: string;
  expiresAt: Date;
}

/** Why a page is not shown. */
export type MissingPiece = 'enabled' | 'verified-credentials' | 'accepted-credentials';

/** All settings, and what follows from them. */
export class LinkPageDto extends LinkPageSettings {
  url: string;
  /** To be registered at the LINE Login channel, one for each address under which the page is reached. */
  callbackUrls: string[];
  /** Valid for an hour. */
  previewUrl: string;
  /** Empty when the page is shown. */
  missing: MissingPiece[];
}
