import { SystemClock } from '#kernel';
import { ApiClient } from '../../../apps/standalone/api-client.js';
import type { Stack } from '../../../apps/standalone/stack.js';
import { comesTrue, waitUntil, type Progress } from '../progress.js';
import { compareMenus, isAsDesired } from './menus.js';
import { takeover, unlinkInTalk } from './moves.js';
import { PeopleAtLine } from './people-at-line.js';
import { COMPANY, Site, type Visitor } from './site.js';
import * as walks from './walks.js';

export interface LinkingReport {
  /** Members with a live link when all is done. */
  linked: number;
  /** How many were linked by each route on the way there. */
  byRoute: Record<string, number>;
  tookOver: number;
  unlinked: number;
  /** Phones that show the menu they should, and those that show another one or none. */
  menusAsDesired: number;
  menusOther: number;
}

/** What should come out: ten are linked, one of them moves, one leaves; eleven phones. */
const EXPECTED: LinkingReport = {
  linked: 9,
  byRoute: { accountLink: 3, loginPage: 3, companySignIn: 1, siteSignIn: 1, userCode: 1, import: 1 },
  tookOver: 1,
  unlinked: 1,
  menusAsDesired: 11,
  menusOther: 0,
};

/** An account beside the one of the first act, whose friends are linked already. */
const ACCOUNT = {
  channelId: '2900000001',
  channelSecret: 'd'.repeat(32),
  accessToken: 'linking-act',
  login: { channelId: '1900000001', channelSecret: 'e'.repeat(32) },
};

type RouteName = keyof typeof EXPECTED.byRoute;

/**
 * Ten people link by all routes, a contractor's child by user code; one moves to a new phone, one unlinks. All of it
 * over HTTP, as their browsers and LINE would do it.
 * @returns the report, and in words whatever differs from what should be
 */
export async function runLinking(stack: Stack, progress: Progress): Promise<[LinkingReport, string[]]> {
  const admin = new ApiClient(stack.apiUrl, stack.adminKey);
  const { apiKey: key } = await admin.post<{ apiKey: string }>('/v1/workspaces', {
    name: 'つなぎ珈琲店 連携',
    quietHours: null,
  });
  const line = new PeopleAtLine(new ApiClient(stack.emulatorUrl!), ACCOUNT);
  const site = await Site.open({ origin: stack.apiUrl, key, line }, waitUntil);
  const { people, byRoute } = await linkAll(site, progress);
  const moved = { ...people[0]!, ...(await site.phone('新しい電話')) };
  await walks.walk(takeover(site, people[0]!, moved));
  progress.show('takeover', 1, 1);
  await walks.walk(unlinkInTalk(site, people[2]!));
  progress.show('unlink', 1, 1);
  return report(site, { people, moved, byRoute, progress });
}

async function linkAll(
  site: Site,
  progress: Progress,
): Promise<{ people: Visitor[]; byRoute: Record<string, number> }> {
  const people: Visitor[] = [];
  const byRoute = Object.fromEntries(Object.keys(EXPECTED.byRoute).map((route) => [route, 0]));
  for (const [route, state, link] of await ways(site)) {
    const visitor = await site.visitor(`link-${people.length + 1}`, state);
    people.push(visitor);
    await link(visitor);
    if (await site.isLinked(visitor)) byRoute[route]!++;
    progress.show('linking', people.length, 10);
  }
  return { people, byRoute };
}

type Way = [route: RouteName, state: 'friend' | 'stranger', link: (visitor: Visitor) => Promise<void>];

/** Each person's, in order. The seventh is the contractor of the eighth. */
async function ways(site: Site): Promise<Way[]> {
  const { secret } = await site.api.post<{ secret: string }>('/v1/sign-in-keys', {});
  const go = (steps: (visitor: Visitor) => walks.Walk) => (visitor: Visitor) => walks.walk(steps(visitor));
  return [
    ['accountLink', 'friend', go((one) => walks.accountLink(site, one))],
    ['accountLink', 'friend', go((one) => walks.accountLink(site, one))],
    ['loginPage', 'friend', go((one) => walks.loginPage(site, one))],
    ['loginPage', 'stranger', go((one) => walks.loginPage(site, one, true))],
    ['loginPage', 'stranger', go((one) => walks.loginOfAStranger(site, one))],
    ['companySignIn', 'friend', (one) => atTheCompany(site, one, secret)],
    ['accountLink', 'friend', (one) => asContractor(site, one)],
    ['userCode', 'friend', async (one) => walks.walk(walks.codeInTalk(site, one, await walks.codeOf(site, 'link-7')))],
    ['siteSignIn', 'friend', go((one) => walks.linkSession(site, one))],
    ['import', 'friend', ({ memberId, userId }) => takeIn(site, memberId, userId)],
  ];
}

async function atTheCompany(site: Site, visitor: Visitor, key: string): Promise<void> {
  await site.settings({ signIn: { kind: 'company', url: `${COMPANY}/sign-in` } });
  await walks.walk(walks.companySignIn(site, visitor, { key, now: new SystemClock().now() }));
  await site.settings({ signIn: { kind: 'hosted' } });
}

async function asContractor(site: Site, visitor: Visitor): Promise<void> {
  await site.api.put('/v1/members/link-8', {});
  await site.api.put(`/v1/members/${visitor.memberId}/users`, { users: [{ memberId: 'link-8', name: 'こども' }] });
  await walks.walk(walks.accountLink(site, visitor, 'contractor'));
}

async function takeIn(site: Site, memberId: string, lineUserId: string): Promise<void> {
  const links = [{ memberId, lineUserId, friend: true }];
  await site.api.post('/v1/links/batch', { channelId: site.channelId, links });
}

interface Outcome {
  people: Visitor[];
  moved: Visitor;
  byRoute: Record<string, number>;
  progress: Progress;
}

async function report(site: Site, { people, moved, byRoute, progress }: Outcome): Promise<[LinkingReport, string[]]> {
  const holders = [...people, moved];
  const isLinked = await Promise.all(holders.map((one) => site.isLinked(one)));
  const phones = new Map(holders.map(({ userId, memberId }, i) => [userId, isLinked[i] ? memberId : undefined]));
  let asDesired = 0;
  const look = async () => {
    asDesired = (await compareMenus(site, phones)).filter(isAsDesired).length;
    progress.show('menus', asDesired, phones.size);
    return asDesired === phones.size;
  };
  await comesTrue(look, MENUS_WITHIN_MS);
  const found: LinkingReport = {
    linked: isLinked.filter(Boolean).length,
    byRoute,
    tookOver: isLinked.at(-1) && !isLinked[0] ? 1 : 0,
    unlinked: isLinked[2] ? 0 : 1,
    menusAsDesired: asDesired,
    menusOther: phones.size - asDesired,
  };
  return [found, differences(found)];
}

/** Far longer than it takes: what is not there by then is missing. */
const MENUS_WITHIN_MS = 60_000;

function differences(found: LinkingReport): string[] {
  return Object.entries(EXPECTED).flatMap(([name, expected]) => {
    const is = JSON.stringify(found[name as keyof LinkingReport]);
    const should = JSON.stringify(expected);
    return is === should ? [] : [`linking: ${name} is ${is}, should be ${should}`];
  });
}
