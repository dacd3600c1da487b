import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Public, type ApiReply, type ApiRequest } from '#http';
import { nextPath, type Attempt } from '../attempts/attempt.js';
import { Attempts } from '../attempts/attempts.service.js';
import { html } from '../pages/html.js';
import type { PageContext } from '../pages/page-context.js';
import { Pages } from '../pages/pages.service.js';
import { USER_CODE_TEXTS } from '../pages/texts/user-codes.js';
import { CodeRedemption } from './code-redemption.service.js';
import { CodeStart } from './code-start.service.js';
import { beginView, codeForm, codesView } from './codes.view.js';
import { ContractorCodes } from './contractor-codes.service.js';
import { waitingTime } from './waiting-time.js';

/** Where a user enters a code, and a contractor sees those of the contract. */
@Controller('p/line/connect/:channelId/code')
export class CodePageController {
  constructor(
    private readonly pages: Pages,
    private readonly attempts: Attempts,
    private readonly starts: CodeStart,
    private readonly redemption: CodeRedemption,
    private readonly contractors: ContractorCodes,
  ) {}

  @Get()
  @Public()
  async look(@Req() request: ApiRequest, @Res() reply: ApiReply, @Param('channelId') channelId: string): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const attempt = underWay(context);
    const next = attempt && nextPath(attempt);
    if (next !== undefined && next !== '/code') return this.pages.go(reply, context.base + next);
    const codes = codesView(context.lang, await this.contractors.shownTo(context.scope, context.attempt));
    const form = attempt ? codeForm(context) : beginView(context);
    this.pages.show(reply, context, { title: USER_CODE_TEXTS[context.lang].title, body: html`${form}${codes}` });
  }

  @Post()
  @Public()
  async enter(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const { step, code = '' } = this.pages.form(request, context);
    if (step === 'begin') {
      const { url, cookie } = await this.starts.start(context, request.ip);
      this.pages.setCookie(reply, context, cookie);
      return this.pages.go(reply, url);
    }
    const attempt = this.pages.attemptOf(context);
    const next = nextPath(attempt);
    if (next !== '/code' || attempt.lineUserId === undefined) return this.pages.go(reply, context.base + next);
    await this.take(reply, context, { attemptId: attempt.id, lineUserId: attempt.lineUserId, code });
  }

  private async take(
    reply: ApiReply,
    context: PageContext,
    { code, ...by }: { attemptId: string; lineUserId: string; code: string },
  ): Promise<void> {
    const { scope, lang, base } = context;
    const outcome = await this.redemption.keepFor(scope, by, code);
    if (outcome.kind === 'right') {
      const proven = { memberId: outcome.userId, proof: 'code' } as const;
      return this.pages.go(reply, base + nextPath(await this.attempts.memberProven(scope, by.attemptId, proven)));
    }
    const said = USER_CODE_TEXTS[lang];
    const isWrong = outcome.kind === 'wrong';
    const mistake = isWrong ? said.wrong : said.wait(waitingTime(outcome.milliseconds, lang));
    const body = codeForm(context, mistake);
    this.pages.show(reply, context, { title: said.title, body, status: isWrong ? 400 : 429 });
  }
}

/** With its LINE side proven, by this route. */
function underWay({ attempt }: PageContext): Attempt | undefined {
  const isOurs = attempt?.route === 'user_code' && attempt.state === 'open' && attempt.lineUserId !== undefined;
  return isOurs ? attempt : undefined;
}
