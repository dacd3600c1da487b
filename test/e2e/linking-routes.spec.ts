import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { COMPANY, type Site, type Visitor } from '../../tools/demo/linking/site.js';
import * as walks from '../../tools/demo/linking/walks.js';
import { LinkingStage } from './linking-stage.js';

const { walk } = walks;

describe('A member who links', () => {
  let stage: LinkingStage;
  let site: Site;
  let people = 0;

  beforeAll(async () => {
    stage = await LinkingStage.start();
    ({ site } = stage);
  }, 60_000);

  afterAll(() => stage.close());

  afterEach(async () => {
    await stage.line.control('DELETE /faults');
    await site.settings({ signIn: { kind: 'hosted' } });
  });

  const somebody = (state?: 'friend' | 'stranger') => site.visitor(`m${++people}`, state);
  const signing = () => ({ key: stage.signInKey, now: stage.now });
  const atCompany = () => site.settings({ signIn: { kind: 'company', url: `${COMPANY}/sign-in` } });

  /** The user of a contract whose contractor is linked, and the user's code. */
  async function child(): Promise<{ visitor: Visitor; code: string }> {
    const [parent, visitor] = [await somebody(), await somebody()];
    await site.api.put(`/v1/members/${parent.memberId}/users`, { users: [{ memberId: visitor.memberId }] });
    await walk(walks.accountLink(site, parent, 'contractor'));
    return { visitor, code: await walks.codeOf(site, parent.memberId) };
  }

  describe('gets there', () => {
    const routes: [string, 'friend' | 'stranger', { role: string; route: string }, (one: Visitor) => Promise<void>][] =
      [
        ['from the talk', 'friend', tie('account_link'), (one) => walk(walks.accountLink(site, one))],
        [
          'as a contractor',
          'friend',
          tie('account_link', 'contractor'),
          (one) => walk(walks.accountLink(site, one, 'contractor')),
        ],
        ['from the link page', 'friend', tie('login'), (one) => walk(walks.loginPage(site, one))],
        [
          'and becomes a friend at LINE Login',
          'stranger',
          tie('login'),
          (one) => walk(walks.loginPage(site, one, true)),
        ],
        [
          'and becomes a friend when asked again',
          'stranger',
          tie('login'),
          (one) => walk(walks.loginOfAStranger(site, one)),
        ],
        ['by the sign-in of a site', 'friend', tie('site_login'), (one) => walk(walks.linkSession(site, one))],
      ];

    it.each(routes)('%s', async (_how, state, expected, go) => {
      const visitor = await somebody(state);
      await go(visitor);
      await stage.drain();
      expect(await stage.ties(visitor.memberId)).toEqual([{ lineUserId: visitor.userId, ...expected }]);
      expect(await stage.member(visitor.memberId)).toMatchObject({ linked: true, friendState: 'friend' });
      expect(await stage.menuOf(visitor)).toBe('連携後');
    });

    it('by the company’s own sign-in', async () => {
      const visitor = await somebody();
      await atCompany();
      await walk(walks.companySignIn(site, visitor, signing()));
      expect(await stage.ties(visitor.memberId)).toEqual([{ lineUserId: visitor.userId, ...tie('login') }]);
      expect(await stage.menuOf(visitor)).toBe('連携後');
    });

    it.each([
      ['talk', walks.codeInTalk],
      ['page', walks.codeOnPage],
    ])('with the code of a contract’s user, in the %s', async (_where, way) => {
      const { visitor, code } = await child();
      await walk(way(site, visitor, code));
      expect(await stage.ties(visitor.memberId)).toEqual([{ lineUserId: visitor.userId, ...tie('user_code', 'user') }]);
      expect(await stage.menuOf(visitor)).toBe('連携後');
    });

    it('by import', async () => {
      const { memberId, userId } = await somebody();
      const links = [{ memberId, lineUserId: userId, friend: true }];
      await site.api.post('/v1/links/batch', { channelId: site.channelId, links });
      await stage.drain();
      expect(await stage.menuOf({ memberId, userId, browser: site.browser() })).toBe('連携後');
    });
  });
});

function tie(route: string, role = 'member'): { role: string; route: string } {
  return { role, route };
}
