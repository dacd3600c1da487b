import type { JsonObject, Problems } from './problems.js';
import { field, isObject } from './problems.js';

/** `text`: up to 5,000 UTF-16 units, LINE emojis at the places of `$`. */
export function checkText(message: JsonObject, at: string, problems: Problems): void {
  problems.text(message, 'text', at, { max: 5000 });
  problems.text(message, 'quoteToken', at, { max: 1000, optional: true });
  const text = field(message, 'text');
  problems.objects(message, 'emojis', at, [0, 20]).forEach((emoji, i) => {
    const index = field(emoji, 'index');
    const placed = typeof index === 'number' && typeof text === 'string' && text.charAt(index) === '$';
    if (!placed) problems.add(`${at}.emojis[${i}].index`, 'Invalid index');
    checkEmoji(emoji, `${at}.emojis[${i}]`, problems);
  });
}

/** `textV2`: `{key}` placeholders, each with a substitution; literal braces are doubled. */
export function checkTextV2(message: JsonObject, at: string, problems: Problems): void {
  problems.text(message, 'text', at, { max: 5000 });
  const substitution = problems.object(message, 'substitution', at, true) ?? {};
  const keys = Object.keys(substitution);
  if (keys.length > 100) problems.add(`${at}.substitution`, 'Size must be between 0 and 100');
  for (const key of keys) checkSubstitution(key, field(substitution, key), `${at}.substitution`, problems);
  const text = field(message, 'text');
  if (typeof text !== 'string') return;
  for (const placeholder of text.replaceAll(/\{\{|\}\}/g, '').matchAll(/\{([^{}]*)\}/g)) {
    if (!keys.includes(placeholder[1] ?? '')) problems.add(`${at}.text`, 'Invalid placeholder');
  }
}

function checkSubstitution(key: string, value: unknown, at: string, problems: Problems): void {
  const property = `${at}.${key}`;
  if (!/^[0-9A-Za-z_]{1,20}$/.test(key)) problems.add(property, 'Invalid key');
  if (!isObject(value) || !problems.oneOf(value, 'type', property, ['mention', 'emoji'])) return;
  if (field(value, 'type') === 'emoji') checkEmoji(value, property, problems);
  // Mentions are for groups and rooms; this platform has one-to-one chats only.
  else problems.add(property, 'Mention is not available in one-on-one chat');
}

function checkEmoji(emoji: JsonObject, at: string, problems: Problems): void {
  problems.text(emoji, 'productId', at, { max: 100 });
  problems.text(emoji, 'emojiId', at, { max: 100 });
}
