import { registerDecorator, type ValidationOptions } from 'class-validator';
import { LINE_LIMITS } from '#line';

/**
 * Text of 1 to `max` UTF-16 units, which is how LINE counts what the following does not count otherwise:
 * https://developers.line.biz/en/docs/messaging-api/text-character-count/
 */
export function Units(max: number, pattern?: RegExp): PropertyDecorator {
  const accepts = (value: string) => value.length <= max && (pattern?.test(value) ?? true);
  return text(`must be text of 1 to ${max} characters${pattern ? ` that fits ${pattern.source}` : ''}`, accepts);
}

/** Text of 1 to `max` grapheme clusters: labels, display texts, and titles and texts of templates. */
export function Graphemes(max: number): PropertyDecorator {
  return text(`must be text of 1 to ${max} visible characters`, (value) => withinGraphemes(value, max));
}

/** HTTPS address of a picture, a film or a sound; percent-encoded. */
export function MediaUrl(): PropertyDecorator {
  const max = LINE_LIMITS.messages.urlLength;
  const accepts = (value: string) => value.length <= max && WEB_URL.test(value) && URL.canParse(value);
  return text(`must be an https address of at most ${max} characters, percent-encoded`, accepts);
}

/** Address that a tap opens. */
export function TapUri(max: number = LINE_LIMITS.actions.uri): PropertyDecorator {
  const accepts = (value: string) => value.length <= max && TAP_URI.test(value) && URL.canParse(value);
  const schemes = LINE_LIMITS.actions.uriSchemes.join(', ');
  return text(`must be an address of at most ${max} characters (${schemes}), percent-encoded`, accepts);
}

/** `#RRGGBB` or `#RRGGBBAA`. */
export function Color(): PropertyDecorator {
  return text('must be a color such as #1DB446', (value) => /^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/i.test(value));
}

/** A size or place of a flex component: a keyword, pixels or a share, such as `md`, `12px`, `50%`. */
export function FlexMeasure(): PropertyDecorator {
  return text('must be a keyword, pixels or a percentage, such as md, 12px or 50%', (value) =>
    /^(?:[a-z0-9-]{1,12}|-?\d+(?:\.\d+)?(?:px|%|deg))$/.test(value),
  );
}

/** `1:1` to `1000:1000`. */
export function AspectRatio(): PropertyDecorator {
  return text('must be a ratio such as 20:13', (value) => /^\d{1,7}(?:\.\d+)?:\d{1,7}(?:\.\d+)?$/.test(value));
}

/** Never more graphemes than units, so the slow count runs only near the limit. */
export function withinGraphemes(value: string, max: number): boolean {
  if (value.length <= max) return true;
  let count = 0;
  for (const _ of segmenter.segment(value)) if (++count > max) return false;
  return true;
}

const segmenter = new Intl.Segmenter('ja', { granularity: 'grapheme' });
const WEB_URL = /^https:\/\/[!-~]+$/i;
const TAP_URI = new RegExp(`^(?:${LINE_LIMITS.actions.uriSchemes.join('|')}):[!-~]+$`, 'i');

function text(detail: string, accepts: (value: string) => boolean): PropertyDecorator {
  return constraint(detail, (value) => typeof value === 'string' && value !== '' && accepts(value));
}

/** One condition on one field, with its own words. */
export function constraint(
  detail: string,
  validate: (value: unknown) => boolean,
  options?: ValidationOptions,
): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'lineLimit',
      target: target.constructor,
      propertyName: String(property),
      constraints: [],
      options,
      validator: { validate, defaultMessage: () => detail },
    });
}
