import { ArrayMaxSize, IsInt, IsObject, IsOptional, Min, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { pointerStep, Refine, type FieldError } from '#kernel';
import { LINE_LIMITS } from '#line';
import { constraint, Units } from '../fields.js';
import { SentMessage } from './sent-message.js';

const { text, textV2 } = LINE_LIMITS.messages;

class Emoji {
  /** UTF-16 index of the `$` it stands for. */
  @IsInt() @Min(0) index: number;
  @Units(100) productId: string;
  @Units(100) emojiId: string;
}

@Refine<TextMessage>(emojisStandAtDollars)
export class TextMessage extends SentMessage {
  @Units(text.text) text: string;
  @IsOptional() @Units(1_000) quoteToken?: string;
  @IsOptional()
  @ArrayMaxSize(text.emojis)
  @ValidateNested({ each: true })
  @Type(() => Emoji)
  emojis?: Emoji[];
}

/** Text with `{key}` placeholders of LINE's own; literal braces are doubled. */
@Refine<TextV2Message>(placeholdersAreSubstituted)
export class TextV2Message extends SentMessage {
  @Units(textV2.text) text: string;
  @IsOptional() @Units(1_000) quoteToken?: string;
  @IsOptional()
  @IsObject()
  @constraint(`must have at most ${textV2.substitutions} entries`, (value) => keysOf(value) <= textV2.substitutions)
  substitution?: Record<string, unknown>;
}

function keysOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

function emojisStandAtDollars({ text, emojis = [] }: TextMessage): FieldError | undefined {
  const misplaced = emojis.findIndex(({ index }) => text.charAt(index) !== '$');
  if (misplaced === -1) return undefined;
  return { path: `/emojis/${misplaced}/index`, detail: 'must be the place of a $ in the text' };
}

function placeholdersAreSubstituted({ text, substitution = {} }: TextV2Message): FieldError | undefined {
  for (const [key, value] of Object.entries(substitution)) {
    const detail = substitutionProblem(key, value);
    if (detail) return { path: `/substitution${pointerStep(key)}`, detail };
  }
  const emojis = Object.keys(substitution).length;
  if (emojis > textV2.emojis) return { path: '/substitution', detail: `must have at most ${textV2.emojis} emoji` };
  const single = text.replaceAll(/\{\{|\}\}/g, '');
  for (const [, key = ''] of single.matchAll(/\{([^{}]*)\}/g)) {
    if (!Object.hasOwn(substitution, key))
      return { path: '/text', detail: 'must not have a placeholder without substitution' };
  }
  if (/[{}]/.test(single.replaceAll(/\{[^{}]*\}/g, ''))) return { path: '/text', detail: 'must double literal braces' };
  return undefined;
}

/** Mentions are for groups and rooms; we write to persons only. */
function substitutionProblem(key: string, value: unknown): string | undefined {
  if (!textV2.key.test(key)) return 'must have a name of 1 to 20 letters, digits or _';
  const { type, productId, emojiId, ...rest } = Object(value) as Record<string, unknown>;
  if (type !== 'emoji' || Object.keys(rest).length > 0) return 'must be an emoji; mentions are for groups only';
  const named = [productId, emojiId].every((id) => typeof id === 'string' && id !== '' && id.length <= 100);
  return named ? undefined : 'must have a productId and an emojiId';
}
