import type { ApiClient } from '../../../apps/standalone/api-client.js';
import { lineUserId, type LineAccount } from '../../../apps/standalone/demo-workspace/line-account.js';

/** A button of a template, as the phone shows it. */
export interface Button {
  label: string;
  uri?: string;
  data?: string;
}

export interface Said {
  text: string;
  buttons: Button[];
}

interface Template {
  text?: string;
  actions?: Button[];
  columns?: { text: string; actions: Button[] }[];
}

interface Entry {
  from: string;
  messages: { text?: string; template?: Template }[];
}

/** What a person sees at the bottom of the talk: the id of a menu at LINE, and whether it is their own. */
export interface SeenMenu {
  shown: string | null;
  by: 'user' | 'default' | 'none';
}

/** What people do in the LINE app, by way of the emulator's control routes. */
export class PeopleAtLine {
  private people = 0;

  /** @param firstNumber from which people of this set are numbered, so that sets do not meet */
  constructor(
    private readonly control: ApiClient,
    readonly account: LineAccount,
    private readonly firstNumber = 1_000_000,
  ) {}

  /** Opens the account with its Login channel, or changes something about it. */
  async open(settings: { displayName?: string; webhookUrl?: string }): Promise<void> {
    await this.post('channels', { ...this.account, webhookActive: true, ...settings });
  }

  /** Somebody nobody has seen before, who has added the account or has not yet. @returns `U…` */
  async newcomer(displayName: string, state: 'friend' | 'stranger' = 'friend'): Promise<string> {
    const userId = lineUserId(this.firstNumber + this.people++);
    await this.post('users', { users: [{ userId, displayName, state: 'stranger' }] });
    if (state === 'friend') await this.setState(userId, 'friend');
    return userId;
  }

  async setState(userId: string, state: 'friend' | 'blocked'): Promise<void> {
    await this.post('users/state', { userIds: [userId], state, webhook: true });
  }

  async says(userId: string, text: string): Promise<void> {
    await this.post('users/message', { userId, text });
  }

  async presses(userId: string, data: string): Promise<void> {
    await this.post('users/postback', { userId, data });
  }

  /** Logs in at the address of LINE Login to which the site has sent them. @returns where LINE sends the browser */
  async logsIn(userId: string, url: string, how: { addFriend?: boolean; cancel?: boolean } = {}): Promise<string> {
    return (await this.post<{ location: string }>('login', { userId, url, ...how })).location;
  }

  /** Opens LINE's dialog that ends an account link. */
  opensDialog(userId: string, url: string): Promise<{ page: string; result?: string }> {
    return this.post('account-link', { userId, url });
  }

  /** Everything that the account has said to somebody. */
  async heard(userId: string): Promise<Said[]> {
    const path = `/_emulator/chat?channelId=${this.account.channelId}&userId=${userId}`;
    const { entries } = await this.control.get<{ entries: Entry[] }>(path);
    return entries.filter(({ from }) => from === 'account').flatMap(({ messages }) => messages.map(saidBy));
  }

  menuOf(userId: string): Promise<SeenMenu> {
    return this.control.get(`/_emulator/rich-menus/of?channelId=${this.account.channelId}&userId=${userId}`);
  }

  /** Who has consented to our Login channel, and whether we have told LINE that it is over. */
  async grants(): Promise<{ userId: string; deauthorized: boolean }[]> {
    const path = `/_emulator/login/grants?channelId=${this.account.channelId}`;
    return (await this.control.get<{ grants: { userId: string; deauthorized: boolean }[] }>(path)).grants;
  }

  private post<T>(route: string, body: object): Promise<T> {
    return this.control.post<T>(`/_emulator/${route}`, { channelId: this.account.channelId, ...body });
  }
}

function saidBy({ text = '', template }: Entry['messages'][number]): Said {
  if (!template) return { text, buttons: [] };
  if (!template.columns) return { text: template.text ?? '', buttons: template.actions ?? [] };
  const { columns } = template;
  return { text: columns.map((column) => column.text).join('|'), buttons: columns.flatMap(({ actions }) => actions) };
}
