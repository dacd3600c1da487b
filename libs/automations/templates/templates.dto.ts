import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, IsUUID, ValidateNested } from 'class-validator';
import { CheckedLater, IsText } from '#kernel';
import { JourneyDefinition } from '../definition/journey-definition.js';
import { TEMPLATES } from './all-templates.js';

export class WordsDto {
  @IsText(1_000) ja: string;
  @IsText(1_000) en: string;
}

export class JourneyTemplateDto {
  @IsText(40) id: string;
  @ValidateNested() @Type(() => WordsDto) label: WordsDto;
  @ValidateNested() @Type(() => WordsDto) description: WordsDto;
  /** Options as a shop may choose them. */
  @CheckedLater() @IsObject() options: object;
  /** The journey that they make. */
  @CheckedLater(() => JourneyDefinition) @IsObject() definition: object;
}

export class JourneyTemplatesDto {
  @ValidateNested({ each: true }) @Type(() => JourneyTemplateDto) items: JourneyTemplateDto[];
}

const names = TEMPLATES.map(({ id }) => id);

export class UseTemplateDto {
  /** Id of a template. */
  @IsIn(names) template: string;
  @IsUUID() channelId: string;
  /** Default: the template's label. */
  @IsOptional() @IsText(200, { min: 1 }) name?: string;
  /** As the template asks for them. */
  @CheckedLater() @IsObject() options: object;
  /** Whether people come in at once; default true. */
  @IsOptional() @IsBoolean() activate?: boolean;
}
