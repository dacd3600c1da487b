import type { ApiClient } from '../api-client.js';

/** The account that the emulator plays for the demo workspace. */
export interface LineAccount {
  channelId: string;
  channelSecret: string;
  accessToken: string;
  /** The LINE Login channel under the same provider. */
  login?: { channelId: string; channelSecret: string };
}

/** The control routes of the emulator that a demo needs; the API itself never calls them. */
export class EmulatedLine {
  constructor(
    private readonly control: ApiClient,
    private readonly account: LineAccount,
  ) {}

  /** Opens the account, or changes where its webhooks go. */
  async open(displayName: string, webhookUrl?: string): Promise<void> {
    await this.control.post('/_emulator/channels', { ...this.account, displayName, webhookUrl, webhookActive: true });
  }

  /** Makes people known to the account, without webhooks. */
  async addUsers(
    users: { userId: string; displayName?: string; state: 'friend' | 'blocked' | 'stranger' }[],
  ): Promise<void> {
    await this.control.post('/_emulator/users', { channelId: this.account.channelId, users });
  }

  /** These people block the account: LINE tells it by unfollow webhooks. */
  async block(userIds: string[]): Promise<void> {
    const body = { channelId: this.account.channelId, userIds, state: 'blocked', webhook: true };
    await this.control.post('/_emulator/users/state', body);
  }

  /** Everyone who received a message of this aggregation unit, and how many. */
  async received(unit: string): Promise<Map<string, number>> {
    const path = `/_emulator/ledger/counts?channelId=${this.account.channelId}&unit=${unit}`;
    const { userIds, counts } = await this.control.get<{ userIds: string[]; counts: number[] }>(path);
    return new Map(userIds.map((userId, index) => [userId, counts[index] ?? 0]));
  }
}

/** A LINE user id for a member: `U` and 32 hex digits, the same for the same number. */
export function lineUserId(number: number): string {
  return `U${'7e'.repeat(4)}${number.toString(16).padStart(24, '0')}`;
}
