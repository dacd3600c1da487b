import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, Config } from '#config';
import { PLAIN_PAGE_HEADERS, parseFormBody, plainPage, type ApiReply, type ApiRequest } from '#http';
import { newSecret, type Clock } from '#kernel';
import type { Attempt } from '../attempts/attempt.js';
import { attemptOver } from '../attempts/attempts.errors.js';
import { Attempts } from '../attempts/attempts.service.js';
import { VISITOR_ID } from '../linking.jobs.js';
import { cookie, cookiesOf } from './cookies.js';
import { html, type Html } from './html.js';
import { isLang, preferred, type Lang } from './language.js';
import { lookOf } from './look.js';
import { isPhone } from './device.js';
import { PageGate, type Opened } from './page-gate.js';
import { beginningOf, type PageContext } from './page-context.js';
import { document, headersOf, type ShownPage } from './page-document.js';
import { attemptExpired, attemptMissing, formForged, pageNotFound } from './pages.errors.js';
import { PAGE_TEXTS } from './texts/pages.js';
import { sorryText } from './texts/sorry.js';

export type { PageContext } from './page-context.js';

export const ATTEMPT_COOKIE = 'tsunagi_attempt';
const FORM_COOKIE = 'tsunagi_form';
const LANGUAGE_COOKIE = 'tsunagi_lang';
/** Of the script on the company's pages. */
const VISITOR_COOKIE = 'tsunagi_visitor';

const DAY_SECONDS = 24 * 60 * 60;
/** Beyond the attempt's own life, so that whoever comes too late can be told so. */
const TOO_LATE_SECONDS = 60 * 60;
const SECRET = /^[\w-]{43}$/;

/** Pages for people, below `/p/line/connect/<channelId>`: who asks, what they sent, and how they are answered. */
@Injectable()
export class Pages {
  constructor(
    private readonly gate: PageGate,
    private readonly attempts: Attempts,
    private readonly config: Config,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Whose page this is, and where this browser stands. From then on, whatever the request's handler throws is told on a
   * page of this look.
   * @throws AppError 404 for an unknown channel, a page that is switched off or lacks credentials that LINE has
   *   confirmed, a host of somebody else's, and a device that is no phone, unless that is allowed
   */
  async open(
    request: ApiRequest,
    channelId: string,
    { anyDevice = false }: { anyDevice?: boolean } = {},
  ): Promise<PageContext> {
    const opened = await this.gate.open(request, channelId);
    const context = await this.contextOf(request, opened);
    // Companies' sites, which send people here to sign in, are opened on computers too.
    const isWelcome = anyDevice || !opened.page.phoneOnly || context.attempt?.purpose === 'session';
    if (isWelcome || isPhone(request.headers)) return context;
    throw pageNotFound();
  }

  /** The same for a preview: no attempt, no forms. @throws AppError 404 for a token that shows nothing */
  async openPreview(request: ApiRequest, channelId: string, token: string): Promise<PageContext> {
    const opened = await this.gate.preview(request, channelId, token);
    const context = await this.contextOf(request, opened);
    return { ...context, attempt: undefined, path: `${context.path}?token=${encodeURIComponent(token)}` };
  }

  /**
   * The fields of the form that was posted, which must be one that this browser was shown, on the same attempt.
   * @throws AppError 403 linking.form_forged, 400 for what is no form
   */
  form(request: ApiRequest, context: PageContext): Record<string, string> {
    const fields = parseFormBody(request.formBody ?? Buffer.alloc(0));
    const isForeign = request.headers['sec-fetch-site'] === 'cross-site';
    if (isForeign || !equal(fields.formToken ?? '', context.formToken)) throw formForged();
    return fields;
  }

  /** The attempt of this browser, which is under way. @throws AppError 409 or 410 with the reason why there is none */
  attemptOf({ attempt }: PageContext): Attempt {
    if (!attempt) throw attemptMissing();
    if (attempt.state === 'expired') throw attemptExpired();
    if (attempt.state !== 'open' && attempt.state !== 'handed_over') throw attemptOver();
    return attempt;
  }

  show(reply: ApiReply, context: PageContext, page: ShownPage): void {
    const text = document(context, page);
    for (const line of context.cookies) void reply.header('set-cookie', line);
    const headers = headersOf(context, this.config.lineLoginBaseUrl);
    void reply
      .status(page.status ?? 200)
      .headers(headers)
      .send(text);
  }

  /** 303 to a path of ours, or to an address that code, never a request, has made. */
  go(reply: ApiReply, url: string): void {
    void reply.status(303).header('location', url).send();
  }

  /** Binds the browser to an attempt. */
  setCookie(
    reply: ApiReply,
    { channelId }: { channelId: string },
    attempt: { id: string; secret: string; expiresAt: Date },
  ): void {
    const left = Math.ceil((attempt.expiresAt.getTime() - this.clock.now().getTime()) / 1000);
    const value = `${attempt.id}.${attempt.secret}`;
    void reply.header('set-cookie', this.cookie(ATTEMPT_COOKIE, value, channelId, left + TOO_LATE_SECONDS));
  }

  /** Lets the language that was chosen follow to the next page, where this one is not shown. */
  keepCookies(reply: ApiReply, context: PageContext): void {
    for (const line of context.cookies) void reply.header('set-cookie', line);
  }

  /** A mark on the browser, for a while. @param seconds 0 takes it away */
  mark(reply: ApiReply, { channelId }: { channelId: string }, name: string, seconds: number): void {
    void reply.header('set-cookie', this.cookie(name, '1', channelId, seconds));
  }

  /** Whether this browser bears a mark that `mark` made. */
  isMarked(request: ApiRequest, name: string): boolean {
    return cookiesOf(request.headers.cookie).get(name) === '1';
  }

  /** What an error code means, and the way on. */
  sorry(reply: ApiReply, context: PageContext, code: string, status = 400): void {
    const { title, text, elsewhere } = sorryText(code, context.lang);
    const { startAgain } = PAGE_TEXTS[context.lang];
    const body = html`<p>${text}</p>
      ${!elsewhere && html`<p><a class="button" href="${beginningOf(context)}">${startAgain}</a></p>`}`;
    this.show(reply, { ...context, path: context.base }, { title, body, status });
  }

  private async contextOf(request: ApiRequest, { scope, channel, page }: Opened): Promise<PageContext> {
    const base = `/p/line/connect/${channel.id}`;
    const cookies = cookiesOf(request.headers.cookie);
    const attempt = await this.attempts.ofBrowser(scope, channel.id, cookies.get(ATTEMPT_COOKIE));
    const { lang, chosen } = languageOf(request, cookies.get(LANGUAGE_COOKIE), page.language);
    const known = SECRET.exec(cookies.get(FORM_COOKIE) ?? '')?.[0];
    const secret = known ?? newSecret();
    const context: PageContext = {
      ...{ scope, channelId: channel.id, channelName: channel.name, channel, page, lang, base, attempt },
      look: lookOf(page),
      visitorId: this.gate.isOwnHost(request, page)
        ? VISITOR_ID.exec(cookies.get(VISITOR_COOKIE) ?? '')?.[0]
        : undefined,
      address: `${this.gate.originOf(request, page)}${base}`,
      path: request.method === 'GET' ? request.url.split('?')[0]! : base,
      formToken: createHmac('sha256', secret)
        .update(attempt?.id ?? '')
        .digest('base64url'),
      cookies: [
        ...(known === undefined ? [this.cookie(FORM_COOKIE, secret, channel.id, DAY_SECONDS)] : []),
        ...(chosen ? [this.cookie(LANGUAGE_COOKIE, lang, channel.id, DAY_SECONDS)] : []),
      ],
    };
    request.explain = ({ status, code }, reply) => {
      if (status === 404) notFoundPage(request, reply);
      else this.sorry(reply, context, code, status);
    };
    return context;
  }

  private cookie(name: string, value: string, channelId: string, maxAge: number): string {
    const secure = this.config.publicUrl.startsWith('https:');
    return cookie(name, value, { path: `/p/line/connect/${channelId}`, maxAge, secure });
  }
}

/** A shop's not-found page says nothing of the shop: it is not even there. */
function notFoundPage(request: ApiRequest, reply: ApiReply): void {
  void reply.status(404).headers(PLAIN_PAGE_HEADERS).send(plainPage(404, request.headers['accept-language']));
}

/** What was chosen on a page, else before, else what the browser says, else what the company says. */
function languageOf(request: ApiRequest, kept: string | undefined, fallback: Lang): { lang: Lang; chosen: boolean } {
  const { lang: asked } = request.query as { lang?: unknown };
  if (isLang(asked)) return { lang: asked, chosen: true };
  if (isLang(kept)) return { lang: kept, chosen: false };
  return { lang: preferred(request.headers['accept-language']) ?? fallback, chosen: false };
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export type { Html };
