import { html } from '../../pages/html.js';
import { signInTexts } from '../../pages/texts/sign-in.js';
import { loginIdField, passwordField, problemView, tokenField, type View, type ViewPlace } from './fields.js';

/** @param given what was typed, and why it did not do */
export function signInView(place: ViewPlace, given: { loginId?: string; problem?: string } = {}): View {
  const { lang, base } = place;
  const words = signInTexts[lang].signIn;
  return {
    title: words.title,
    body: html`<p>${words.lead}</p>
      ${problemView(given.problem)}
      <form method="post" action="${base}/sign-in">
        ${tokenField(place)} ${loginIdField(words.loginId, given.loginId)}
        ${passwordField('password', words.password, 'current-password')}
        <button class="button">${words.submit}</button>
      </form>
      <p><a href="${base}/reset">${words.forgotten}</a></p>`,
  };
}

/** The company's sign-in gave nothing we can go on with. */
export function companyFailedView({ lang, base }: ViewPlace, why: 'refused' | 'unknown' | 'cancelled'): View {
  const words = signInTexts[lang].company;
  return {
    title: words.title,
    body: html`<p>${words[why]}</p>
      <a class="button" href="${base}/sign-in">${words.again}</a>`,
  };
}
