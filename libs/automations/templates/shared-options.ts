import { IsOptional, IsUrl, Matches, Max, Min, IsInt } from 'class-validator';
import { IsText } from '#kernel';
import { TIME_OF_DAY } from '../definition/starts.js';

const addressOptions = { protocols: ['https', 'http'], require_tld: false, require_protocol: true };

/** An address that people are led to. */
export const IsAddress = () =>
  IsUrl(addressOptions, { message: 'must be an address that begins with https:// or http://' });
/** An address of a picture, which LINE shows by https only. */
export const IsPictureAddress = () =>
  IsUrl({ ...addressOptions, protocols: ['https'] }, { message: 'must be an address that begins with https://' });
export const IsTimeOfDay = () => Matches(TIME_OF_DAY, { message: 'must be a time of day HH:MM' });

/** A text that the shop words itself. */
export class WordingOptions {
  /** What is said; default: a text of the template. */
  @IsOptional() @IsText(500, { min: 1 }) text?: string;
}

/** The same, with a button that leads somewhere. */
export class LinkedWordingOptions extends WordingOptions {
  /** Where the button leads. */
  @IsAddress() url: string;
}

/** The same, at a time of day. */
export class TimedWordingOptions extends LinkedWordingOptions {
  /** By the workspace's clocks; default 10:00. */
  @IsOptional() @IsTimeOfDay() at?: string;
}

export class DaysOptions extends LinkedWordingOptions {
  @IsOptional() @IsInt() @Min(1) @Max(366) days?: number;
}
