import { LINE_LIMITS } from '#line';

/** What testers see first: the words of the field, short enough for a sender's name. */
const MARK = '【テスト配信】';
const SENDER = 'テスト配信';

type Bubble = Record<string, unknown>;

/**
 * Messages that say that they are a test: a bubble of its own before the others. Where there are five already, which is as
 * many as LINE takes, the first text says so, else what is shown in the notification, else the sender's name.
 */
export function markedAsTest(messages: readonly object[]): object[] {
  const bubbles = messages as readonly Bubble[];
  if (bubbles.length < LINE_LIMITS.messagesPerRequest) return [{ type: 'text', text: MARK }, ...bubbles];
  const marks = [beforeText, beforeAltText];
  for (const mark of marks) {
    const at = bubbles.findIndex((bubble) => mark(bubble) !== undefined);
    if (at >= 0) return bubbles.map((bubble, i) => (i === at ? mark(bubble)! : bubble));
  }
  const [first, ...others] = bubbles;
  return [{ ...first, sender: { ...(first!['sender'] as object | undefined), name: SENDER } }, ...others];
}

/** Emojis and mentions stand at places in a text that would be other ones behind the mark. */
function beforeText(bubble: Bubble): Bubble | undefined {
  const { type, text, emojis, mention } = bubble;
  const fixed = type === 'text' && (emojis !== undefined || mention !== undefined);
  if ((type !== 'text' && type !== 'textV2') || fixed || typeof text !== 'string') return undefined;
  return marked(bubble, 'text', text, LINE_LIMITS.messages.text.text);
}

function beforeAltText(bubble: Bubble): Bubble | undefined {
  const { altText } = bubble;
  return typeof altText === 'string' ? marked(bubble, 'altText', altText, LINE_LIMITS.messages.altText) : undefined;
}

function marked(bubble: Bubble, field: string, text: string, most: number): Bubble | undefined {
  return MARK.length + text.length > most ? undefined : { ...bubble, [field]: MARK + text };
}
