import type { ReceivedEvent } from '#channels';
import type { Scope } from '#kernel';
import type { LinkPage } from '../pages/link-page.settings.js';
import { TalkMessages } from './talk-messages.js';

/** LINE's limit of an address on a button. */
const LONGEST_URI = 1_000;

/** One thing that one person said, with all that is needed to do it and to answer. */
export interface TalkTurn {
  scope: Scope;
  channelId: string;
  /** webhook_events.id */
  eventId: string;
  person: NonNullable<ReceivedEvent['person']>;
  page: LinkPage;
  messages: TalkMessages;
}

export function messagesFor({ language, keywords, memberPageUrl }: LinkPage): TalkMessages {
  const url = memberPageUrl === null ? undefined : encoded(memberPageUrl);
  return new TalkMessages({
    lang: language,
    unlinkKeyword: keywords.unlink[0],
    memberPageUrl: url !== undefined && url.length <= LONGEST_URI ? url : undefined,
  });
}

/** LINE takes addresses only in percent-encoding. */
function encoded(url: string): string {
  return new URL(url).href;
}
