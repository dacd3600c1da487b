import { ApiClient, inBatches } from '../api-client.js';
import { EmulatedLine, lineUserId, type LineAccount } from './line-account.js';
import { openShop, SEGMENTS, SHOP, type Person } from './shop.js';

export interface Installation {
  apiUrl: string;
  /** Absent where LINE is not emulated: then the workspace has no channel and nobody is linked. */
  emulatorUrl?: string;
  adminKey: string;
}

/** Who signs in to the demo workspace, as noted in `tsunagi.json`; the password is kept nowhere else. */
export interface DemoOperator {
  email: string;
  password: string;
}

/** Somebody who is a friend of the account, has a login at the shop, and is not linked yet. */
export interface DemoMember {
  loginId: string;
  password: string;
  /** Whose phone to open at the emulator. */
  lineUserId: string;
}

export interface DemoWorkspace {
  workspaceId: string;
  apiKey: string;
  /** Id of the channel in this installation, as in `POST /webhooks/line/{channelId}`. */
  channelId?: string;
  channelSecret?: string;
  /** Absent until `openOperator` has made one. */
  operator?: DemoOperator;
  /** Where the API was at the last start; absent before the first one is complete. */
  apiUrl?: string;
  /** Absent until `openLinking` has made one. */
  member?: DemoMember;
}

/** Makes the demo workspace through the public API, as an integrator would. */
export async function seedDemoWorkspace(at: Installation, account: LineAccount, now: Date): Promise<DemoWorkspace> {
  const admin = new ApiClient(at.apiUrl, at.adminKey);
  const { id: workspaceId, apiKey } = await admin.post<{ id: string; apiKey: string }>('/v1/workspaces', SHOP);
  const api = new ApiClient(at.apiUrl, apiKey);
  const { people, events } = openShop(now);
  await inBatches(people, 1000, async (batch) => {
    await api.post('/v1/members/batch', { members: batch.map(toMember) });
  });
  await inBatches(events, 1000, async (batch) => {
    await api.post('/v1/events', { events: batch });
  });
  for (const segment of SEGMENTS) await api.post('/v1/segments', segment);
  if (!at.emulatorUrl) return { workspaceId, apiKey };
  const channelId = await connectLine(api, at, account, people);
  return { workspaceId, apiKey, channelId, channelSecret: account.channelSecret };
}

async function connectLine(api: ApiClient, at: Installation, account: LineAccount, people: Person[]): Promise<string> {
  const line = new EmulatedLine(new ApiClient(at.emulatorUrl!), account);
  await line.open(SHOP.name);
  const { id: channelId } = await api.post<{ id: string }>('/v1/channels', {
    name: SHOP.name,
    lineChannelId: account.channelId,
    channelSecret: account.channelSecret,
    accessToken: account.accessToken,
  });
  await line.open(SHOP.name, `${at.apiUrl}/webhooks/line/${channelId}`);
  const known = people.map((one, index) => ({ ...one, userId: lineUserId(index + 1) }));
  const linked = known.filter((one) => one.line !== 'unlinked');
  await line.addUsers(linked.map(({ userId, name }) => ({ userId, displayName: name, state: 'friend' })));
  await inBatches(linked, 1000, async (batch) => {
    const links = batch.map(({ externalId, userId }) => ({ memberId: externalId, lineUserId: userId, friend: true }));
    await api.post('/v1/links/batch', { channelId, links });
  });
  await line.block(linked.filter((one) => one.line === 'blocked').map((one) => one.userId));
  return channelId;
}

function toMember({ externalId, name, rank, birthDate, tags, registeredAt }: Person): object {
  return { externalId, rank, birthDate, tags, registeredAt, attributes: { name } };
}
