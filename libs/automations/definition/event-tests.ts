import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsBoolean, IsOptional, Matches } from 'class-validator';
import { ExactlyOneOf } from '#kernel';
import { IsFinite, IsPlainValue } from './plain-values.js';

/** More than anybody needs, and each is asked of every event. */
export const MOST_EVENT_TESTS = 20;
/** A field of an event's body; a list in between means any of its items: `items.productId`. */
const FIELD = /^[a-z][A-Za-z0-9]{0,63}(\.[a-z][A-Za-z0-9]{0,63}){0,3}$/;

/** What a field of an event must be. Where the field names several values (`items.productId`), one of them is enough. */
@ExactlyOneOf('equals', 'in', 'gte', 'lte', 'exists', 'sharedWithStart', 'differsFromStart')
export class EventTest {
  @Matches(FIELD) field: string;
  /** A string, number or boolean; types part. */
  @IsOptional() @IsPlainValue() equals?: string | number | boolean;
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @IsPlainValue({ each: true })
  in?: (string | number | boolean)[];
  /** A number, for a number. */
  @IsOptional() @IsFinite() gte?: number;
  @IsOptional() @IsFinite() lte?: number;
  /** Whether it has any value at all; an empty list has none. */
  @IsOptional() @IsBoolean() exists?: boolean;
  /** Field of the event that started the run: both have a value in common. */
  @IsOptional() @Matches(FIELD) sharedWithStart?: string;
  /** Field of the event that started the run: both have values, and none in common. */
  @IsOptional() @Matches(FIELD) differsFromStart?: string;
}
