import { answer, leftFor, type Walk } from './walks.js';
import { PASSWORD, type Site, type Visitor } from './site.js';

/**
 * Moves to a new phone: the old LINE account asks for a code, the new one enters it, signs in and confirms.
 * @param to whose phone it is from now on
 */
export async function* takeover(site: Site, from: Visitor, to: Visitor): Walk {
  const old = { ...from, browser: site.browser() };
  await toLineAndBack(site, old, 'takeover');
  const { body } = await old.browser.send('/takeover', { action: 'ask', member: from.memberId });
  const code = /<strong>([\w-]{10})<\/strong>/.exec(body)?.[1];
  if (code === undefined) throw new Error(`No takeover code: ${old.browser.describe()}`);
  yield 'asked for a code';
  await toLineAndBack(site, to, 'takeover');
  yield 'came with the new phone';
  await to.browser.send('/takeover', { action: 'enter', code });
  yield 'entered the code';
  await to.browser.send('/sign-in', { loginId: from.memberId, password: PASSWORD });
  yield 'signed in';
  await to.browser.send('/takeover/confirm');
  if (!to.browser.page.url.endsWith('/done')) throw new Error(`Not taken over: ${to.browser.describe()}`);
  yield 'confirmed';
}

/** Ends the link with a word in the talk. */
export async function* unlinkInTalk(site: Site, visitor: Visitor): Walk {
  const { userId } = visitor;
  const before = (await site.line.heard(userId)).length;
  await site.line.says(userId, '連携解除');
  yield 'asked in the talk';
  const { buttons } = await answer(site, userId, before);
  const yes = buttons.find(({ data }) => data?.startsWith('tsunagi:unlink-confirmed:'));
  await site.line.presses(userId, yes!.data!);
  yield 'confirmed';
  await site.until(`${visitor.memberId} to be unlinked`, async () => !(await site.isLinked(visitor)));
}

/** Ends the link on the page. */
export async function* unlinkOnPage(site: Site, visitor: Visitor): Walk {
  const mine = { ...visitor, browser: site.browser() };
  await toLineAndBack(site, mine, 'unlink');
  yield 'came to the page';
  await mine.browser.send('/unlink');
  if (!mine.browser.page.url.endsWith('/done')) throw new Error(`Not unlinked: ${mine.browser.describe()}`);
  yield 'confirmed';
}

async function toLineAndBack(site: Site, visitor: Visitor, purpose: 'takeover' | 'unlink'): Promise<void> {
  const { browser, userId } = visitor;
  await browser.open(`${site.base}/${purpose}`);
  await browser.send('/start', { purpose });
  await browser.open(await site.line.logsIn(userId, leftFor(visitor, '/authorize')));
}
