import { MessageContent } from '#messages';
import type { Send } from './sends.repository.js';

/**
 * What a stored send says. It was read when the send was decided; what an event has made unfit since is kept, so that
 * everybody who was named is told.
 */
export function storedContent({ messages, personalised }: Pick<Send, 'messages' | 'personalised'>): MessageContent {
  return personalised ? MessageContent.ofEvent(messages) : MessageContent.read(messages);
}
