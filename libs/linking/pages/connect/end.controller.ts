import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Public, type ApiReply, type ApiRequest } from '#http';
import { nextPath } from '../../attempts/attempt.js';
import { Attempts } from '../../attempts/attempts.service.js';
import { codesView } from '../../user-codes/codes.view.js';
import { ContractorCodes } from '../../user-codes/contractor-codes.service.js';
import { html } from '../html.js';
import { Pages } from '../pages.service.js';
import { endPage, waitingPage } from './end.view.js';

@Controller('p/line/connect/:channelId')
export class EndController {
  constructor(
    private readonly pages: Pages,
    private readonly attempts: Attempts,
    private readonly codes: ContractorCodes,
  ) {}

  /** How it ended; what has not ended goes on where it belongs. */
  @Get('done')
  @Public()
  async done(@Req() request: ApiRequest, @Res() reply: ApiReply, @Param('channelId') channelId: string): Promise<void> {
    const context = await this.pages.open(request, channelId);
    if (!context.attempt) return this.pages.go(reply, context.base);
    const next = nextPath(context.attempt);
    if (next !== '/done') return this.pages.go(reply, context.base + next);
    // Nothing is missing, and nobody has ended it yet.
    const isReady = context.attempt.state === 'open';
    const attempt = isReady ? await this.attempts.complete(context.scope, context.attempt.id) : context.attempt;
    const codes = codesView(context.lang, await this.codes.shownTo(context.scope, attempt));
    const { body, ...page } = endPage(context, attempt);
    this.pages.show(reply, context, { ...page, body: html`${body}${codes}` });
  }

  /** The person stops. */
  @Post('cancel')
  @Public()
  async cancel(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId);
    this.pages.form(request, context);
    const attempt = this.pages.attemptOf(context);
    await this.attempts.cancel(context.scope, attempt.id);
    this.pages.go(reply, context.base + nextPath({ ...attempt, state: 'cancelled' }));
  }

  /** Waits for LINE, and goes on by itself. */
  @Get('status')
  @Public()
  async status(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const { attempt } = context;
    if (!attempt) return this.pages.go(reply, context.base);
    const isWaiting = attempt.state === 'handed_over' || (attempt.state === 'open' && attempt.lineUserId === undefined);
    if (isWaiting) return this.pages.show(reply, context, waitingPage(context));
    this.pages.go(reply, context.base + nextPath(attempt));
  }
}
