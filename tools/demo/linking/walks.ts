import type { Said } from './people-at-line.js';
import { COMPANY, PASSWORD, type Site, type Visitor } from './site.js';
import { signedAnswer } from './company.js';

/** A person's way, step by step: each yields what has just been done. */
export type Walk = AsyncGenerator<string, void, void>;

/** From a word in the talk, over the page, to LINE's dialog and its word by webhook. */
export async function* accountLink(site: Site, visitor: Visitor, role?: 'contractor'): Walk {
  const { userId, browser } = visitor;
  const before = (await site.line.heard(userId)).length;
  if (role) await site.line.presses(userId, `tsunagi:link:${role}`);
  else await site.line.says(userId, '連携');
  yield 'asked in the talk';
  const { buttons } = await answer(site, userId, before);
  await browser.open(buttons[0]!.uri!);
  yield 'opened the invitation';
  await browser.send('/sign-in', { loginId: visitor.memberId, password: PASSWORD });
  yield 'signed in';
  await browser.send('/consent');
  const dialog = leftFor(visitor, '/dialog/bot/accountLink');
  yield 'agreed';
  const { result } = await site.line.opensDialog(userId, dialog);
  if (result !== 'ok') throw new Error(`LINE's dialog ended with ${String(result)}.`);
  yield 'confirmed at LINE';
  await site.until(`${visitor.memberId} to be linked`, () => site.isLinked(visitor));
}

/** From the link page to LINE Login, and back to our own sign-in. */
export async function* loginPage(site: Site, visitor: Visitor, addFriend?: boolean): Walk {
  const { userId, browser } = visitor;
  await browser.open(site.base);
  yield 'opened the page';
  await browser.send('/start');
  const authorize = leftFor(visitor, '/authorize');
  yield 'sent to LINE';
  const callback = await site.line.logsIn(userId, authorize, { addFriend });
  yield 'logged in at LINE';
  await browser.open(callback);
  yield 'came back';
  await browser.send('/sign-in', { loginId: visitor.memberId, password: PASSWORD });
  yield 'signed in';
  yield* consent(visitor);
}

/** The same, but does not add the account as a friend at first. */
export async function* loginOfAStranger(site: Site, visitor: Visitor): Walk {
  const { userId, browser } = visitor;
  await browser.open(site.base);
  await browser.send('/start');
  await browser.open(await site.line.logsIn(userId, leftFor(visitor, '/authorize'), { addFriend: false }));
  yield 'came back, no friend';
  await site.line.setState(userId, 'friend');
  yield 'added the account';
  await browser.send('/start');
  yield 'went on';
  await browser.send('/sign-in', { loginId: visitor.memberId, password: PASSWORD });
  yield 'signed in';
  yield* consent(visitor);
}

/** From the link page to LINE Login, and to the company's own sign-in, whose setting and key the caller takes care of. */
export async function* companySignIn(site: Site, visitor: Visitor, signing: { key: string; now: Date }): Walk {
  const { userId, browser } = visitor;
  await browser.open(site.base);
  await browser.send('/start');
  yield 'sent to LINE';
  await browser.open(await site.line.logsIn(userId, leftFor(visitor, '/authorize')));
  const company = new URL(leftFor(visitor, COMPANY));
  yield 'sent to the company';
  await browser.open(signedAnswer(company.searchParams.get('request')!, visitor.memberId, signing));
  yield 'signed in at the company';
  yield* consent(visitor);
}

/** By LINE on the company's own site, whose server fetches the result and says which member it is. */
export async function* linkSession(site: Site, visitor: Visitor): Walk {
  const { userId, browser, memberId } = visitor;
  const wanted = { channelId: site.channelId, returnUrl: `${COMPANY}/back` };
  const { id, url } = await site.api.post<{ id: string; url: string }>('/v1/link-sessions', wanted);
  yield 'began at the site';
  await browser.open(url);
  const authorize = leftFor(visitor, '/authorize');
  yield 'sent to LINE';
  await browser.open(await site.line.logsIn(userId, authorize));
  const back = new URL(leftFor(visitor, COMPANY));
  yield 'came back to the site';
  const code = back.searchParams.get('code');
  const { result } = await site.api.post<{ result: { status: string } }>(`/v1/link-sessions/${id}/result`, { code });
  if (result.status !== 'unknown') throw new Error(`The result is ${result.status}.`);
  yield 'fetched the result';
  await site.api.post(`/v1/link-sessions/${id}/link`, { memberId });
  yield 'said which member it is';
}

/** The user of a contract writes the code into the talk, and agrees. */
export async function* codeInTalk(site: Site, visitor: Visitor, code: string): Walk {
  const before = (await site.line.heard(visitor.userId)).length;
  await site.line.says(visitor.userId, code);
  yield 'wrote the code';
  // First what is agreed to, then the question; after a code that is used up already, only that all is done.
  const heard = await answer(site, visitor.userId, before);
  if (heard.buttons.length === 0) {
    const { buttons } = await answer(site, visitor.userId, before + 1);
    await site.line.presses(visitor.userId, buttons[0]!.data!);
    yield 'agreed';
  }
  await site.until(`${visitor.memberId} to be linked`, () => site.isLinked(visitor));
}

/** The user of a contract enters the code on the page. */
export async function* codeOnPage(site: Site, visitor: Visitor, code: string): Walk {
  const { userId, browser } = visitor;
  await browser.open(`${site.base}/code`);
  await browser.send('/code', { step: 'begin' });
  yield 'sent to LINE';
  await browser.open(await site.line.logsIn(userId, leftFor(visitor, '/authorize')));
  yield 'came back';
  await browser.send('/code', { code });
  yield 'entered the code';
  yield* consent(visitor);
}

/** @returns the open code of a contract's only user, which the worker makes once the contractor is linked */
export async function codeOf(site: Site, contractor: string): Promise<string> {
  let code: string | null = null;
  await site.until(`a code of ${contractor}`, async () => {
    const path = `/v1/members/${contractor}/user-codes`;
    const { items } = await site.api.get<{ items: { code: string | null; state: string }[] }>(path);
    code = items.find(({ state }) => state === 'open')?.code ?? null;
    return code !== null;
  });
  return code!;
}

/** The last steps of every way over the page. */
async function* consent(visitor: Visitor): Walk {
  const { browser } = visitor;
  const { body, url } = await browser.send('/consent');
  if (!url.endsWith('/done') || !body.includes('連携が完了しました')) {
    throw new Error(`${visitor.memberId} is not linked: ${browser.describe()}`);
  }
  yield 'agreed';
}

/** What the account answers to somebody who has heard `before` messages so far. */
export async function answer(site: Site, userId: string, before: number): Promise<Said> {
  let heard: Said[] = [];
  await site.until('an answer in the talk', async () => {
    heard = await site.line.heard(userId);
    return heard.length > before;
  });
  return heard[before]!;
}

/** The address elsewhere that the browser was sent to. @throws Error when it is none, or another one */
export function leftFor({ browser }: Visitor, part: string): string {
  if (browser.page.body !== '' || !browser.page.url.includes(part)) {
    throw new Error(`Not sent to ${part}, but at ${browser.describe()}`);
  }
  return browser.page.url;
}

/** Goes all of a way. */
export async function walk(steps: Walk): Promise<void> {
  for await (const _ of steps);
}
