import { randomBytes } from 'node:crypto';
import { Channel } from './channels/channel.js';
import type { ChannelAccount } from './channels/channel.js';
import { allFriends, planSend, recordSend } from './channels/sending.js';
import type { Plan } from './channels/sending.js';
import { EmulatorClock } from './clock.js';
import { Faults } from './faults/faults.js';
import { hex32 } from './ids.js';
import type { Interaction } from './insight/interactions.js';
import { Journal } from './journal.js';
import type { GivenUser, JournalEntry } from './journal.js';
import type { NewSend, Send } from './ledger/ledger.js';
import type { LoginChange } from './login/login-book.js';
import { readStateless, SigningKey } from './login/tokens.js';
import { Traffic } from './limits/traffic.js';
import type { RichMenuChange } from './rich-menus/rich-menu.js';
import { defaultSettings } from './settings.js';
import type { Settings } from './settings.js';
import type { Crowd, UserState } from './users/user-book.js';
import { WebhookSender } from './webhooks/webhook-sender.js';

export interface PlatformOptions {
  dataFile?: string;
  realNow?: () => number;
  settings?: Partial<Settings>;
}

/** The stand-in LINE platform without its HTTP: channels, time, faults, and the file behind them. */
export class Platform {
  readonly clock: EmulatorClock;
  readonly faults = new Faults();
  readonly webhooks: WebhookSender;
  /** Requests that no channel could be found for. */
  readonly strangers = new Traffic();
  settings: Settings;
  private readonly channels = new Map<string, Channel>();
  private readonly byToken = new Map<string, Channel>();
  private readonly journal: Journal;
  private key: SigningKey | undefined;

  constructor({ dataFile, realNow, settings }: PlatformOptions = {}) {
    this.clock = new EmulatorClock(realNow);
    this.webhooks = new WebhookSender(this.clock);
    this.settings = { ...defaultSettings };
    this.journal = new Journal(dataFile);
    for (const entry of this.journal.open()) this.replay(entry);
    const given = Object.entries<unknown>(settings ?? {}).filter(([, value]) => value !== undefined);
    Object.assign(this.settings, Object.fromEntries(given));
  }

  list(): Channel[] {
    return [...this.channels.values()];
  }

  channel(channelId: string): Channel | undefined {
    return this.channels.get(channelId);
  }

  channelOfToken(accessToken: string): Channel | undefined {
    return this.byToken.get(accessToken) ?? this.channelOfStateless(accessToken);
  }

  /** The Messaging channel that a Login channel is linked to. */
  channelOfLogin(loginChannelId: string): Channel | undefined {
    return this.list().find(({ account }) => account.login?.channelId === loginChannelId);
  }

  /** Signs ID tokens in LIFF; the same one after a restart. */
  get signingKey(): SigningKey {
    if (!this.key) {
      this.key = SigningKey.generate();
      this.journal.write({ kind: 'loginKey', jwk: this.key.jwk });
    }
    return this.key;
  }

  /** Sets a channel up, or changes what is given about a known one. */
  putChannel(given: Partial<ChannelAccount>): Channel {
    const known = given.channelId === undefined ? undefined : this.channels.get(given.channelId);
    const account = { ...(known?.account ?? newAccount(given.channelId)), ...given };
    this.journal.write({ kind: 'channel', account });
    return this.keepChannel(account);
  }

  addUsers(channel: Channel, users: GivenUser[]): { created: number; updated: number } {
    this.settleRichMenus(channel);
    this.journal.write({ kind: 'users', channelId: channel.account.channelId, users });
    return keepUsers(channel, users);
  }

  addCrowd(channel: Channel, crowd: Crowd): number {
    this.journal.write({ kind: 'crowd', channelId: channel.account.channelId, crowd });
    channel.version++;
    return channel.users.generate(crowd);
  }

  setState(channel: Channel, userIds: string[], state: UserState): void {
    this.settleRichMenus(channel);
    this.journal.write({ kind: 'state', channelId: channel.account.channelId, userIds, state });
    keepState(channel, userIds, state);
  }

  addInbound(channel: Channel, userId: string, message: Record<string, unknown>): void {
    const at = this.clock.nowMs();
    this.journal.write({ kind: 'inbound', channelId: channel.account.channelId, userId, at, message });
    keepInbound(channel, userId, { at, message });
  }

  changeLogin(channel: Channel, change: LoginChange): void {
    this.journal.write({ kind: 'login', channelId: channel.account.channelId, change });
    channel.login.apply(change);
  }

  interact(channel: Channel, interaction: Interaction): void {
    this.journal.write({ kind: 'interaction', channelId: channel.account.channelId, interaction });
    channel.interactions.add(interaction);
  }

  /** Accepts a send that was planned; from here on it has happened. */
  accept(channel: Channel, request: NewSend, plan: Plan, to: string[] | 'friends'): Send {
    this.journal.write({ kind: 'send', channelId: channel.account.channelId, request, to });
    return recordSend(channel, request, plan);
  }

  changeRichMenus(channel: Channel, change: RichMenuChange): void {
    this.journal.write({ kind: 'rich-menu', channelId: channel.account.channelId, change });
    channel.richMenus.apply(change);
    channel.version++;
  }

  /** Lets bulk and batch changes of rich menus take effect that are due; to be called before anybody looks. */
  settleRichMenus(channel: Channel): void {
    const count = channel.richMenus.due(this.clock.now());
    if (count > 0) this.changeRichMenus(channel, { type: 'settle', count });
  }

  changeSettings(change: Partial<Settings>): void {
    this.settings = { ...this.settings, ...change };
    this.journal.write({ kind: 'settings', settings: this.settings });
  }

  /** Changes the time. Turned back, buckets start anew: they would be blocked by times that lie ahead now. */
  changeClock(change: (clock: EmulatorClock) => void): void {
    const before = this.clock.now();
    change(this.clock);
    if (this.clock.now() < before) for (const { traffic } of this.list()) traffic.forgetTimes();
    this.journal.write({ kind: 'clock', state: this.clock.state() });
  }

  reset(keepAccounts: boolean): void {
    if (keepAccounts) this.journal.write({ kind: 'reset', keepAccounts });
    else this.journal.clear();
    this.faults.clear();
    this.strangers.clear();
    if (!keepAccounts) this.settings = { ...defaultSettings };
    this.keepReset(keepAccounts);
  }

  close(): void {
    this.webhooks.close();
    this.journal.close();
  }

  private replay(entry: JournalEntry): void {
    if (entry.kind === 'channel') this.keepChannel(entry.account);
    else if (entry.kind === 'settings') this.settings = { ...defaultSettings, ...entry.settings };
    else if (entry.kind === 'loginKey') this.key = new SigningKey(entry.jwk);
    else if (entry.kind === 'clock') this.clock.restore(entry.state);
    else if (entry.kind === 'reset') this.keepReset(entry.keepAccounts);
    else {
      const channel = this.channels.get(entry.channelId);
      if (channel) replayInChannel(channel, entry);
    }
  }

  private channelOfStateless(accessToken: string): Channel | undefined {
    const read = readStateless(accessToken);
    const channel = read && this.channels.get(read.clientId);
    return channel && read.holds(channel.account, this.clock.now()) ? channel : undefined;
  }

  private keepChannel(account: ChannelAccount): Channel {
    const known = this.channels.get(account.channelId);
    if (known) this.byToken.delete(known.account.accessToken);
    const channel = known ?? new Channel(account);
    channel.account = account;
    channel.version++;
    this.channels.set(account.channelId, channel);
    this.byToken.set(account.accessToken, channel);
    return channel;
  }

  private keepReset(keepAccounts: boolean): void {
    if (keepAccounts) {
      for (const channel of this.list()) channel.forget();
      return;
    }
    this.channels.clear();
    this.byToken.clear();
    this.key = undefined;
  }
}

type ChannelEntry = Extract<JournalEntry, { channelId: string }>;

function replayInChannel(channel: Channel, entry: ChannelEntry): void {
  if (entry.kind === 'users') keepUsers(channel, entry.users);
  else if (entry.kind === 'crowd') channel.users.generate(entry.crowd);
  else if (entry.kind === 'state') keepState(channel, entry.userIds, entry.state);
  else if (entry.kind === 'rich-menu') channel.richMenus.apply(entry.change);
  else if (entry.kind === 'interaction') channel.interactions.add(entry.interaction);
  else if (entry.kind === 'login') channel.login.apply(entry.change);
  else if (entry.kind === 'inbound') keepInbound(channel, entry.userId, entry);
  else {
    const { request, to } = entry;
    const users = to === 'friends' ? allFriends(channel) : Uint32Array.from(to, (id) => channel.users.enter(id));
    recordSend(channel, request, planSend(channel, users, request.endpoint, request.at));
  }
}

function keepUsers(channel: Channel, users: GivenUser[]): { created: number; updated: number } {
  const before = channel.users.size;
  for (const { userId, displayName, state } of users) {
    const known = channel.users.find(userId);
    if (known === undefined) channel.users.add(userId, state, displayName);
    else {
      channel.setState(known, state);
      if (displayName !== undefined) channel.users.rename(known, displayName);
    }
  }
  channel.version++;
  const created = channel.users.size - before;
  return { created, updated: users.length - created };
}

function keepState(channel: Channel, userIds: string[], state: UserState): void {
  for (const userId of userIds) channel.setState(channel.users.enter(userId), state);
  channel.version++;
}

function keepInbound(
  channel: Channel,
  userId: string,
  inbound: { at: number; message: Record<string, unknown> },
): void {
  channel.chats.add(channel.users.enter(userId), { at: inbound.at, message: inbound.message });
  channel.version++;
}

function newAccount(
  channelId = `16${String(randomBytes(4).readUInt32BE()).padStart(10, '0').slice(-8)}`,
): ChannelAccount {
  return {
    channelId,
    channelSecret: randomBytes(16).toString('hex'),
    accessToken: randomBytes(96).toString('base64'),
    botUserId: `U${hex32('bot', channelId)}`,
    basicId: `@${hex32('basic', channelId).slice(0, 8)}`,
    displayName: 'LINE公式アカウント',
    webhookUrl: null,
    webhookActive: true,
    quota: null,
    reserved: 0,
    verified: true,
    redelivery: null,
  };
}
