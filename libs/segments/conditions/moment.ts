import { registerDecorator } from 'class-validator';
import { isCalendarDate, isInstant, startOfLocalDay, toInstant } from '#kernel';

const detail = 'must be an instant with offset or a date YYYY-MM-DD, in the years 1970 to 9999';

/** An instant with offset, or a bare date, which means local midnight; stays text until the time zone is known. */
export function IsMoment(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isMoment',
      target: target.constructor,
      propertyName: String(property),
      validator: { validate: isMoment, defaultMessage: () => detail },
    });
}

/** The instant that a text accepted by `IsMoment` names in a time zone. */
export function toMoment(text: string, timeZone: string): Date {
  return isCalendarDate(text) ? startOfLocalDay(text, timeZone) : toInstant(text);
}

function isMoment(value: unknown): boolean {
  return isInstant(value) || (isCalendarDate(value) && Number(value.slice(0, 4)) >= 1970);
}
