import { hex32 } from '../ids.js';
import { Interactions } from '../insight/interactions.js';
import { Ledger } from '../ledger/ledger.js';
import type { Send } from '../ledger/ledger.js';
import { RetryKeys } from '../limits/retry-keys.js';
import type { LoginAccount } from '../login/login-account.js';
import { LoginBook } from '../login/login-book.js';
import { Traffic } from '../limits/traffic.js';
import { Usage } from '../limits/usage.js';
import { RichMenuBook } from '../rich-menus/rich-menu-book.js';
import { UserBook } from '../users/user-book.js';
import type { UserState } from '../users/user-book.js';
import { ReplyTokens } from '../webhooks/reply-tokens.js';
import { WebhookLog } from '../webhooks/webhook-log.js';
import { Chats } from './chats.js';

/** What is set up about a channel, as the control routes show it. */
export interface ChannelAccount {
  channelId: string;
  channelSecret: string;
  accessToken: string;
  /** The account's own user id: `destination` of its webhooks. */
  botUserId: string;
  basicId: string;
  displayName: string;
  webhookUrl: string | null;
  webhookActive: boolean;
  /** People per month; null is unlimited. */
  quota: number | null;
  /** Part of the quota that something else holds for the moment. */
  reserved: number;
  /** Only verified accounts may list their followers. */
  verified: boolean;
  redelivery: { attempts: number; spacingMs: number } | null;
  /** The Login channel of the same provider, if there is one. */
  login?: LoginAccount;
}

export interface ChatEntry {
  from: 'account' | 'user';
  at: number;
  messages: Record<string, unknown>[];
  requestId?: string;
}

/** One LINE channel with its people and everything that happened to it. */
export class Channel {
  readonly users = new UserBook();
  ledger: Ledger;
  chats = new Chats();
  usage = new Usage();
  traffic = new Traffic();
  retryKeys = new RetryKeys<Send>();
  replyTokens = new ReplyTokens();
  webhooks = new WebhookLog();
  login = new LoginBook();
  richMenus = new RichMenuBook(this.users);
  interactions = new Interactions();
  /** Grows with everything a phone could show. */
  version = 0;

  constructor(public account: ChannelAccount) {
    this.ledger = this.newLedger();
  }

  /** Only friends keep a rich menu of their own; block and unblock, and it is gone. */
  setState(user: number, state: UserState): void {
    this.users.setState(user, state);
    if (state !== 'friend') this.richMenus.dropUser(user);
  }

  quotaLeft(at: number): number {
    const { quota, reserved } = this.account;
    return quota === null ? Infinity : quota - reserved - this.usage.inMonth(at);
  }

  /** The conversation on one person's phone: what reached them and what they wrote, in order of time. */
  chatOf(user: number): ChatEntry[] {
    const received = this.ledger.ofUser(user).filter(({ outcome }) => outcome === 0);
    const entries: ChatEntry[] = received.map(({ send: { at, requestId, content } }) => ({
      from: 'account',
      at,
      requestId,
      messages: this.ledger.contents.messages(content),
    }));
    for (const { at, message } of this.chats.of(user)) entries.push({ from: 'user', at, messages: [message] });
    // Within one millisecond an answer comes after what it answers.
    return entries.sort((a, b) => a.at - b.at || Number(b.from === 'user') - Number(a.from === 'user'));
  }

  /** Everything that happened is forgotten; account and people stay. */
  forget(): void {
    this.ledger = this.newLedger();
    this.chats = new Chats();
    this.usage = new Usage();
    this.traffic = new Traffic();
    this.retryKeys = new RetryKeys();
    this.replyTokens = new ReplyTokens();
    this.webhooks = new WebhookLog();
    this.login = new LoginBook();
    this.richMenus = new RichMenuBook(this.users);
    this.interactions = new Interactions();
    this.version++;
  }

  /** Message ids are unique over all channels, so each counts on from a number of its own. */
  private newLedger(): Ledger {
    return new Ledger(parseInt(hex32('messages', this.account.channelId).slice(0, 7), 16) * 1_000_000 + 1);
  }
}
