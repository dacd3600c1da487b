import type { Channel } from '#channels';
import type { Scope } from '#kernel';
import type { Attempt, Purpose } from '../attempts/attempt.js';
import type { Lang } from './language.js';
import type { LinkPage } from './link-page.settings.js';
import type { Look } from './look.js';

/** What a page needs to know of the request that it answers. */
export interface PageContext {
  scope: Scope;
  channelId: string;
  channelName: string;
  channel: Channel;
  lang: Lang;
  look: Look;
  /** All settings of the channel's link page. */
  page: LinkPage;
  /** `/p/line/connect/<channelId>`: paths of our pages begin with it. */
  base: string;
  /** The same with the scheme and the host that this browser uses. */
  address: string;
  /** Where the other language of this page is. */
  path: string;
  /** Of this browser; also one that has ended. */
  attempt?: Attempt;
  /** Who this browser is on the company's own pages, where one host serves them and ours or a domain holds both. */
  visitorId?: string;
  /** Stands in every form as the hidden field `formToken`. */
  formToken: string;
  /** `Set-Cookie`s that go with the next page. */
  cookies: string[];
}

const BEGINNINGS: Record<Purpose, string> = {
  link: '',
  // Back to the site, which has it begin.
  session: '/session/finish',
  takeover: '/takeover',
  unlink: '/unlink',
};

/** Where somebody begins again with what they were about to do. */
export function beginningOf({ base, attempt }: Pick<PageContext, 'base' | 'attempt'>): string {
  return base + BEGINNINGS[attempt?.purpose ?? 'link'];
}
