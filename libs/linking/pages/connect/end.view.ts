import type { Attempt } from '../../attempts/attempt.js';
import { html, paragraphs, type Html } from '../html.js';
import { beginningOf } from '../page-context.js';
import type { PageContext } from '../pages.service.js';
import { PAGE_TEXTS } from '../texts/pages.js';
import { sorryText } from '../texts/sorry.js';

/** How an attempt ended, and the way on. */
export function endPage(context: PageContext, attempt: Attempt): { title: string; body: Html } {
  const said = PAGE_TEXTS[context.lang];
  switch (attempt.state) {
    case 'linked':
      return wellEnded(context, said.doneTitle, ownWords(context) ?? said.done);
    case 'done':
      if (attempt.purpose === 'link') return wellEnded(context, said.alreadyTitle, said.already);
      if (attempt.purpose === 'unlink') return unlinked(context);
      return wellEnded(context, said.movedTitle, said.moved);
    case 'cancelled':
      return badlyEnded(context, attempt.purpose === 'link' ? 'linking.cancelled' : 'linking.stopped');
    case 'expired':
      return badlyEnded(context, 'linking.attempt_expired');
    case 'failed':
    case 'open':
    case 'handed_over':
      return badlyEnded(context, attempt.failure ?? 'linking.attempt_over');
  }
}

/** LINE has not said yet what became of it. */
export function waitingPage({ lang, base }: PageContext): { title: string; body: Html; refreshSeconds: number } {
  const said = PAGE_TEXTS[lang];
  const body = html`<p role="status">${said.waiting}</p>
    <p><a href="${base}">${said.startAgain}</a></p>`;
  return { title: said.waitingTitle, body, refreshSeconds: 3 };
}

function wellEnded({ lang, page, base }: PageContext, title: string, text: string): { title: string; body: Html } {
  const said = PAGE_TEXTS[lang];
  const way = page.texts[lang]?.memberPage ?? said.memberPage;
  const toMyPage =
    page.memberPageUrl !== null && html`<p><a class="button" href="${page.memberPageUrl}">${way}</a></p>`;
  return {
    title,
    body: html`${paragraphs(text)}${toMyPage}
      <p>${said.unlinkHint}<br /><a href="${base}/unlink">${said.unlink}</a></p>`,
  };
}

/** Also for those who end one link in order to make another. */
function unlinked({ lang, base }: PageContext): { title: string; body: Html } {
  const said = PAGE_TEXTS[lang];
  const body = html`<p>${said.unlinked}</p>
    <p><a class="button quiet" href="${base}">${said.makeAnother}</a></p>`;
  return { title: said.unlinkedTitle, body };
}

function badlyEnded(context: PageContext, code: string): { title: string; body: Html } {
  const { lang, base } = context;
  const { title, text } = sorryText(code, lang);
  const said = PAGE_TEXTS[lang];
  const way = WAYS_ON[code];
  const body = html`<p>${text}</p>
    ${way && html`<p><a class="button" href="${base}/${way}">${said[way]}</a></p>`}
    <p><a class="button ${way && 'quiet'}" href="${beginningOf(context)}">${said.startAgain}</a></p>`;
  return { title, body };
}

/** Where to go with what starting again would lead to again. */
const WAYS_ON: Partial<Record<string, 'takeover' | 'unlink'>> = {
  'linking.member_taken': 'takeover',
  'linking.line_user_taken': 'unlink',
};

function ownWords({ page, lang }: PageContext): string | undefined {
  return page.texts[lang]?.done;
}
