import { MessageContent } from '#messages';
import type { Send } from './sends.repository.js';

/**
 * What a stored send says, by variant. It was read when the send was decided; what an event has made unfit since is kept,
 * so that everybody who was named is told.
 */
export function storedContents({ messages, personalised, split }: ContentOfSend): MessageContent[] {
  const read = (one: readonly object[]) => (personalised ? MessageContent.ofEvent(one) : MessageContent.read(one));
  return [messages, ...(split?.variants ?? []).map((variant) => variant.messages)].map(read);
}

type ContentOfSend = Pick<Send, 'messages' | 'personalised' | 'split'>;
