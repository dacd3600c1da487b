import { html } from '../../pages/html.js';
import { signInTexts } from '../../pages/texts/sign-in.js';
import { goOnView, loginIdField, passwordField, problemView, tokenField, type View, type ViewPlace } from './fields.js';

/** Asks for a mail. @param problem why it is not sent now */
export function resetView(place: ViewPlace, problem?: string): View {
  const words = signInTexts[place.lang].reset;
  return {
    title: words.title,
    body: html`<p>${words.lead}</p>
      ${problemView(problem)}
      <form method="post" action="${place.base}/reset">
        ${tokenField(place)} ${loginIdField(words.loginId)}
        <button class="button">${words.submit}</button>
      </form>
      ${goOnView(place, words.back)}`,
  };
}

/** The same whether or not a mail goes out. */
export function resetAskedView(place: ViewPlace): View {
  const words = signInTexts[place.lang].reset;
  return {
    title: words.askedTitle,
    body: html`<p>${words.asked}</p>
      ${goOnView(place, words.back)}`,
  };
}

/** Asks for the new password, twice. @param problem what was wrong with the last one */
export function newPasswordView(place: ViewPlace, token: string, problem?: string): View {
  const words = signInTexts[place.lang].newPassword;
  return {
    title: words.title,
    body: html`<p>${words.lead}</p>
      ${problemView(problem)}
      <form method="post" action="${place.base}/reset/${token}">
        ${tokenField(place)} ${passwordField('password', words.password, 'new-password')}
        ${passwordField('again', words.again, 'new-password')}
        <button class="button">${words.submit}</button>
      </form>`,
  };
}

export function passwordSetView(place: ViewPlace): View {
  const words = signInTexts[place.lang].newPassword;
  const goOn = goOnView(place, words.goOn, 'button');
  return { title: words.doneTitle, body: goOn || html`<p>${words.done}</p>` };
}

export function resetOverView({ lang, base }: ViewPlace): View {
  const words = signInTexts[lang].newPassword;
  return {
    title: words.overTitle,
    body: html`<p>${words.over}</p>
      <a class="button" href="${base}/reset">${words.another}</a>`,
  };
}
