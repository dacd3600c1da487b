import { SystemClock } from '#kernel';
import { takeover, unlinkInTalk, unlinkOnPage } from '../../tools/demo/linking/moves.js';
import { type Site, type Visitor } from '../../tools/demo/linking/site.js';
import * as walks from '../../tools/demo/linking/walks.js';

/** Somebody on a way, of which some steps may have been done. */
export interface Person {
  walk: walks.Walk;
  /** The same way from its beginning, as somebody takes it who was thrown out. */
  again(): walks.Walk;
  /** Whether what they want is so. */
  isThere(): Promise<boolean>;
  site: Site;
  /** What else must be so by now. @returns what is not, in words; empty where nothing is amiss */
  aftermath?(): Promise<string>;
  /** Everybody whose tie must be whole or not there; at most one of them at a time where they share a member. */
  holders: Visitor[];
}

export interface Scenario {
  name: string;
  /** @param id of the member; another one each time */
  begin(id: string): Promise<Person>;
}

/** Every route, and what changes a link. @param company whose link page sends people to the company's own sign-in */
export function scenarios(site: Site, company: Site, signInKey: string): Scenario[] {
  const signing = () => ({ key: signInKey, now: new SystemClock().now() });
  return [
    linking('account link', site, (one) => walks.accountLink(site, one)),
    linking('link page', site, (one) => walks.loginPage(site, one)),
    linking('no friend at first', site, (one) => walks.loginOfAStranger(site, one), 'stranger'),
    linking('company sign-in', company, (one) => walks.companySignIn(company, one, signing())),
    linking('site sign-in', site, (one) => walks.linkSession(site, one)),
    linking('import', site, (one) => takeIn(site, one)),
    byCode('code in the talk', site, walks.codeInTalk),
    byCode('code on the page', site, walks.codeOnPage),
    moving(site),
    leaving('unlink in the talk', site, unlinkInTalk),
    leaving('unlink on the page', site, unlinkOnPage),
  ];
}

function linking(
  name: string,
  site: Site,
  way: (one: Visitor) => walks.Walk,
  state: 'friend' | 'stranger' = 'friend',
): Scenario {
  return {
    name,
    begin: async (id) => {
      const one = await site.visitor(id, state);
      return {
        walk: way(one),
        again: () => (state === 'stranger' ? asAFriend(site, fresh(site, one)) : way(fresh(site, one))),
        isThere: () => site.isLinked(one),
        site,
        holders: [one],
      };
    },
  };
}

function byCode(name: string, site: Site, way: (site: Site, one: Visitor, code: string) => walks.Walk): Scenario {
  return {
    name,
    begin: async (id) => {
      const [parent, child] = [await site.visitor(`${id}-parent`), await site.visitor(id)];
      await site.api.put(`/v1/members/${parent.memberId}/users`, { users: [{ memberId: id }] });
      await walks.walk(takeIn(site, parent, 'contractor'));
      const code = await walks.codeOf(site, parent.memberId);
      return {
        walk: way(site, child, code),
        again: () => (way === walks.codeInTalk ? way(site, child, code) : goOnWithCode(site, child, code)),
        isThere: () => site.isLinked(child),
        site,
        holders: [child],
      };
    },
  };
}

function moving(site: Site): Scenario {
  return {
    name: 'takeover',
    begin: async (id) => {
      const from = await site.visitor(id);
      await walks.walk(takeIn(site, from));
      const to = { ...from, ...(await site.phone(`${id} new`)) };
      return {
        walk: takeover(site, from, to),
        again: () => takeover(site, from, fresh(site, to)),
        isThere: () => site.isLinked(to),
        site,
        holders: [from, to],
      };
    },
  };
}

function leaving(name: string, site: Site, way: (site: Site, one: Visitor) => walks.Walk): Scenario {
  return {
    name,
    begin: async (id) => {
      const one = await site.visitor(id);
      await walks.walk(walks.loginPage(site, one));
      return {
        walk: way(site, one),
        again: () => way(site, one),
        isThere: async () => !(await site.isLinked(one)),
        site,
        aftermath: async () => {
          const grant = (await site.line.grants()).find(({ userId }) => userId === one.userId);
          const isLinked = await site.isLinked(one);
          return grant?.deauthorized === !isLinked ? '' : `linked: ${isLinked}, grant ${JSON.stringify(grant)}`;
        },
        holders: [one],
      };
    },
  };
}

async function* takeIn(site: Site, { memberId, userId }: Visitor, role = 'member'): walks.Walk {
  const links = [{ memberId, lineUserId: userId, role, friend: true }];
  await site.api.post('/v1/links/batch', { channelId: site.channelId, links });
  yield 'posted the link';
}

async function* asAFriend(site: Site, one: Visitor): walks.Walk {
  await site.line.setState(one.userId, 'friend');
  yield 'added the account';
  yield* walks.loginPage(site, one);
}

/** A code that was entered is kept for its browser, which is led on from where it is. */
async function* goOnWithCode(site: Site, child: Visitor, code: string): walks.Walk {
  const { browser } = child;
  await browser.open(`${site.base}/code`);
  const isKept = browser.page.url.endsWith('/consent');
  yield 'looked again';
  if (!isKept) return yield* walks.codeOnPage(site, fresh(site, child), code);
  await browser.send('/consent');
  yield 'agreed';
}

function fresh(site: Site, visitor: Visitor): Visitor {
  return { ...visitor, browser: site.browser() };
}
