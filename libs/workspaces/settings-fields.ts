import { registerDecorator } from 'class-validator';
import { isTimeZone } from '#kernel';

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** An IANA time zone this runtime knows. */
export function IsTimeZoneName(): PropertyDecorator {
  return field('isTimeZoneName', 'must be an IANA time zone, such as Asia/Tokyo', isTimeZoneName);
}

/** An ISO 4217 code in capitals. */
export function IsCurrency(): PropertyDecorator {
  return field('isCurrency', 'must be an ISO 4217 currency code, such as JPY', (value) =>
    currencies.has(value as string),
  );
}

/** A minute of the day, `00:00` to `23:59`. */
export function IsTimeOfDay(): PropertyDecorator {
  const pattern = /^([01]\d|2[0-3]):[0-5]\d$/;
  return field(
    'isTimeOfDay',
    'must be a time of day HH:MM',
    (value) => typeof value === 'string' && pattern.test(value),
  );
}

function isTimeZoneName(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 64 && isTimeZone(value);
}

function field(name: string, detail: string, validate: (value: unknown) => boolean): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      validator: { validate, defaultMessage: () => detail },
    });
}
