import { AppError } from '#kernel';
import type { Lang } from '../../pages/language.js';
import { html, type Html } from '../../pages/html.js';

/** What the views need of a page's context. */
export interface ViewPlace {
  lang: Lang;
  /** `/p/line/connect/<channel>` */
  base: string;
  formToken: string;
  /** Of this browser. */
  attempt?: { state: string };
}

/** The part of a page below its title. */
export interface View {
  title: string;
  body: Html;
}

export function problemView(problem: string | undefined): Html | false {
  return problem !== undefined && html`<div class="note" role="alert"><p>${problem}</p></div>`;
}

export function tokenField({ formToken }: ViewPlace): Html {
  return html`<input type="hidden" name="formToken" value="${formToken}" />`;
}

export function loginIdField(label: string, value?: string): Html {
  return html`<label for="loginId">${label}</label>
    <input
      id="loginId"
      name="loginId"
      value="${value}"
      autocomplete="username"
      autocapitalize="none"
      autocorrect="off"
      spellcheck="false"
      maxlength="254"
      required
    />`;
}

/** What was typed is never written into a page again. */
export function passwordField(name: string, label: string, autocomplete: 'current-password' | 'new-password'): Html {
  return html`<label for="${name}">${label}</label>
    <input id="${name}" name="${name}" type="password" autocomplete="${autocomplete}" maxlength="256" required />`;
}

/** Back on the way to a link, for a browser that is on one. */
export function goOnView({ base, attempt }: ViewPlace, label: string, className = ''): Html | false {
  return attempt?.state === 'open' && html`<p><a class="${className}" href="${base}/sign-in">${label}</a></p>`;
}

/** Of a refusal with 429, rounded up. */
export function minutesToWait({ extra }: AppError): number {
  return Math.max(1, Math.ceil(Number(extra.details?.retryAfterSeconds ?? 60) / 60));
}
