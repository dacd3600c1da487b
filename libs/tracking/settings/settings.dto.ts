import { registerDecorator, ArrayMaxSize, ArrayUnique, IsArray, IsBoolean } from 'class-validator';
import { IsText, Nullable } from '#kernel';

const MOST_ORIGINS = 50;

function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\/[^*]+$/.test(value) && URL.parse(value)?.origin === value;
}

/** Exactly what a browser sends in `Origin`: no path, no star, no default port. */
function IsOrigin(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isOrigin',
      target: target.constructor,
      propertyName: String(property),
      options: { each: true },
      validator: {
        validate: isOrigin,
        defaultMessage: () => 'must be an origin as browsers send it, such as https://shop.example',
      },
    });
}

export class TrackingWriteDto {
  @IsBoolean() enabled: boolean;
  /** Whose pages may post. */
  @IsArray() @ArrayMaxSize(MOST_ORIGINS) @ArrayUnique() @IsText(300, { each: true }) @IsOrigin() origins: string[];
}

export class TrackingDto extends TrackingWriteDto {
  /** Part of the script's address, `/t/{key}.js`; null before the first PUT. */
  @Nullable() @IsText(100) key: string | null;
}
