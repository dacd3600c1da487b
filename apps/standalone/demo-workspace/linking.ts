import { randomBytes } from 'node:crypto';
import { ApiClient, ApiError } from '../api-client.js';
import { EmulatedLine, lineUserId, type LineAccount } from './line-account.js';
import { moveMenus, openMenus, type MenuTargets } from './menus.js';
import type { DemoMember, DemoWorkspace, Installation } from './seed.js';
import { openShop } from './shop.js';

/** Nobody's real pages: `example.com` is there for this. */
const MEMBER_PAGE = 'https://example.com/';
const PRIVACY_POLICY = 'https://example.com/privacy';
const CONSENT = {
  ja: 'つなぎ珈琲店の会員情報とLINEアカウントを連携し、お知らせの配信と会員サービスの提供に利用します。連携はいつでも解除できます。',
  en: 'Your membership of Tsunagi Coffee and your LINE account are linked, to send you messages and to provide member services. You can end the link at any time.',
};

/**
 * Sets up linking in a demo workspace that has none yet: at the first start, or at the first one since there is linking.
 * What it finds made already by a start that was cut short it leaves or makes the same again. Later only the menus are
 * changed, where the pages have another address since.
 * @returns who can be linked first; what the notes say where that is done
 */
export async function openLinking(
  at: Installation,
  demo: DemoWorkspace,
  { account, now }: { account: LineAccount; now: Date },
): Promise<DemoMember | undefined> {
  const { channelId, apiKey, member } = demo;
  if (!channelId || !at.emulatorUrl) return member;
  const api = new ApiClient(at.apiUrl, apiKey);
  const line = new EmulatedLine(new ApiClient(at.emulatorUrl), account);
  try {
    if (member) {
      if (demo.apiUrl !== at.apiUrl) await moveMenus(api, channelId, await targetsOf(api, channelId));
      return member;
    }
    await api.patch(`/v1/channels/${channelId}`, { login: account.login });
    await api.patch(`/v1/channels/${channelId}/link-page`, {
      enabled: true,
      // So that it opens on the computer of whoever looks at it.
      phoneOnly: false,
      consentText: CONSENT,
      privacyPolicyUrl: PRIVACY_POLICY,
      memberPageUrl: MEMBER_PAGE,
    });
    await openMenus(api, channelId, await targetsOf(api, channelId));
    return await openPeople(api, line, { channelId, now });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error;
    // The key in the notes may have been revoked, or the channel deleted: no reason not to start.
    console.warn(`Linking was not looked after in the demo workspace: ${error.message}`);
    return member;
  }
}

async function targetsOf(api: ApiClient, channelId: string): Promise<MenuTargets> {
  const { url } = await api.get<{ url: string }>(`/v1/channels/${channelId}/link-page`);
  return { linkPage: url, memberPage: MEMBER_PAGE };
}

/** Three members who can sign in, and a contract of somebody linked with a user who is not. */
async function openPeople(
  api: ApiClient,
  line: EmulatedLine,
  { channelId, now }: { channelId: string; now: Date },
): Promise<DemoMember> {
  const known = openShop(now).people.map((one, index) => ({ ...one, userId: lineUserId(index + 1) }));
  const unlinked = known.filter((one) => one.line === 'unlinked');
  const [first, ...others] = unlinked.slice(0, 3);
  const child = unlinked[3]!;
  const contractor = known.find((one) => one.line === 'friend')!;
  // Friends, as everybody is whose phone shows the account.
  const friends = [first!, ...others, child];
  await line.addUsers(friends.map(({ userId, name }) => ({ userId, displayName: name, state: 'friend' })));
  const links = [{ memberId: contractor.externalId, lineUserId: contractor.userId, role: 'contractor', friend: true }];
  await api.post('/v1/links/batch', { channelId, links });
  const users = [{ memberId: child.externalId, name: child.name }];
  await api.put(`/v1/members/${contractor.externalId}/users`, { users });
  const password = randomBytes(5).toString('hex');
  for (const { externalId } of [first!, ...others]) {
    await api.put(`/v1/members/${externalId}/login`, { loginId: externalId, password });
  }
  return { loginId: first!.externalId, password, lineUserId: first!.userId };
}
