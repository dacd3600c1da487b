import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Public, type ApiReply, type ApiRequest } from '#http';
import { AppError } from '#kernel';
import { nextPath, type Attempt } from '../../attempts/attempt.js';
import { Attempts } from '../../attempts/attempts.service.js';
import { Pages, type PageContext } from '../../pages/pages.service.js';
import { RecognisedVisitors } from '../../recognised-visitors.service.js';
import { signInTexts } from '../../pages/texts/sign-in.js';
import { CompanySignIn } from '../company/company-sign-in.service.js';
import { HostedSignIn } from '../hosted-sign-in.service.js';
import { minutesToWait } from './fields.js';
import { companyFailedView, signInView } from './sign-in-views.js';

/** Where a member proves who they are: on our page, or by a turn to the company's. */
@Controller('p/line/connect/:channelId/sign-in')
export class SignInPages {
  constructor(
    private readonly pages: Pages,
    private readonly attempts: Attempts,
    private readonly hosted: HostedSignIn,
    private readonly company: CompanySignIn,
    private readonly visitors: RecognisedVisitors,
  ) {}

  @Get()
  @Public()
  async show(@Req() request: ApiRequest, @Res() reply: ApiReply, @Param('channelId') channelId: string): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const attempt = this.pages.attemptOf(context);
    const { signIn } = context.page;
    if (!signsInHere(attempt)) this.pages.go(reply, context.base + nextPath(attempt));
    else if (signIn.kind === 'hosted') this.pages.show(reply, context, signInView(context));
    else {
      const returnUrl = `${context.address}/sign-in/return`;
      const url = await this.company.requestUrl(context.scope, attempt, { url: signIn.url, returnUrl });
      this.pages.keepCookies(reply, context);
      this.pages.go(reply, url);
    }
  }

  @Post()
  @Public()
  async signIn(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const { loginId = '', password = '' } = this.pages.form(request, context);
    const attempt = this.pages.attemptOf(context);
    // A company that has its own sign-in wants no password typed here.
    if (!signsInHere(attempt) || context.page.signIn.kind !== 'hosted') {
      return this.pages.go(reply, `${context.base}/sign-in`);
    }
    try {
      const { visitorId } = context;
      const memberId = await this.hosted.signIn(context.scope, { loginId, password, visitorId }, request.ip);
      const proven = await this.attempts.memberProven(context.scope, attempt.id, { memberId, proof: 'hosted' });
      this.pages.go(reply, context.base + nextPath(proven));
    } catch (error) {
      const problem = problemOf(error, context.lang);
      if (problem === undefined) throw error;
      const { status } = error as AppError;
      // 401 would ask the browser for a password of its own kind.
      this.pages.show(reply, context, {
        ...signInView(context, { loginId, problem }),
        status: status === 401 ? 403 : status,
      });
    }
  }

  /** The company's sign-in sends the browser back here, with its answer. */
  @Get('return')
  @Public()
  async comeBack(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const { answer } = request.query as { answer?: unknown };
    const attempt = this.pages.attemptOf(context);
    if (!signsInHere(attempt) || context.page.signIn.kind !== 'company') {
      return this.pages.go(reply, context.base + nextPath(attempt));
    }
    if (typeof answer !== 'string') {
      return this.pages.show(reply, context, companyFailedView(context, 'cancelled'));
    }
    try {
      this.pages.go(reply, context.base + nextPath(await this.accept(context, attempt, answer)));
    } catch (error) {
      const why = failureOf(error);
      if (why === undefined) throw error;
      this.pages.show(reply, context, { ...companyFailedView(context, why), status: (error as AppError).status });
    }
  }

  private accept({ scope }: PageContext, attempt: Attempt, answer: string): Promise<Attempt> {
    return this.company.accept(scope, attempt, answer, async ({ memberId, visitorId }) => {
      await this.visitors.announce(scope, memberId, visitorId);
      return this.attempts.memberProven(scope, attempt.id, { memberId, proof: 'company' });
    });
  }
}

/** Not after the consent, which was for one member; nor on a company's own site, which asks by itself. */
function signsInHere({ state, purpose, consentId }: Attempt): boolean {
  return state === 'open' && purpose !== 'session' && consentId === undefined;
}

/** What to say above the form; undefined for what is no fault of the one who signs in. */
function problemOf(error: unknown, lang: 'ja' | 'en'): string | undefined {
  if (!(error instanceof AppError)) return undefined;
  const words = signInTexts[lang].signIn;
  if (error.code === 'linking.sign_in_refused') return words.refused;
  if (error.status === 503) return words.busy;
  return error.status === 429 ? words.wait(minutesToWait(error)) : undefined;
}

function failureOf(error: unknown): 'refused' | 'unknown' | undefined {
  if (!(error instanceof AppError)) return undefined;
  if (error.code === 'linking.sign_in_answer_refused') return 'refused';
  return error.code === 'linking.sign_in_member_unknown' ? 'unknown' : undefined;
}
