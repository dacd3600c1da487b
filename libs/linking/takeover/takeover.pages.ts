import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Public, type ApiReply, type ApiRequest } from '#http';
import { AppError } from '#kernel';
import type { Attempt } from '../attempts/attempt.js';
import { formInvalid } from '../pages/pages.errors.js';
import { Pages, type PageContext } from '../pages/pages.service.js';
import { TakeoverChecks } from './takeover-checks.service.js';
import { TakeoverConfirmation, type ProvenAttempt } from './takeover-confirmation.service.js';
import { TakeoverOffers, type AttemptAtLine } from './takeover-offers.service.js';
import { choicesView, codeView, confirmView, objectedView, startView } from './takeover.view.js';

/** Where people move to another LINE account: the old one gets a code, the new one enters it and confirms. */
@Controller('p/line/connect/:channelId/takeover')
export class TakeoverPages {
  constructor(
    private readonly pages: Pages,
    private readonly offers: TakeoverOffers,
    private readonly checks: TakeoverChecks,
    private readonly confirmation: TakeoverConfirmation,
  ) {}

  @Get()
  @Public()
  async show(@Req() request: ApiRequest, @Res() reply: ApiReply, @Param('channelId') channelId: string): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const attempt = atLine(context.attempt);
    if (!attempt) return this.pages.show(reply, context, startView(context));
    this.pages.show(reply, context, choicesView(context, await this.offers.choices(context.scope, attempt)));
  }

  /** `action` is `ask` for a code, `enter` one, or `object` to what has moved. */
  @Post()
  @Public()
  async act(@Req() request: ApiRequest, @Res() reply: ApiReply, @Param('channelId') channelId: string): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const fields = this.pages.form(request, context);
    const attempt = atLine(context.attempt);
    if (!attempt) return this.pages.go(reply, `${context.base}/takeover`);
    switch (fields.action) {
      case 'ask': {
        const asked = await this.offers.ask(context.scope, attempt, fields.member ?? '');
        return this.pages.show(reply, context, codeView(context, asked));
      }
      case 'enter':
        return this.enter(reply, context, attempt, fields.code ?? '');
      case 'object':
        await this.offers.object(context.scope, attempt, fields.takeover ?? '');
        return this.pages.show(reply, context, objectedView(context));
      default:
        throw formInvalid();
    }
  }

  @Get('confirm')
  @Public()
  async preview(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const { base, scope } = context;
    const attempt = atLine(context.attempt);
    if (!attempt) return this.pages.go(reply, `${base}/takeover`);
    if (!isProven(attempt)) return this.pages.go(reply, `${base}/sign-in`);
    const shown = await this.confirmation.preview(scope, attempt);
    if (!shown) return this.pages.go(reply, `${base}/takeover`);
    const warnings = await this.checks.warnings(scope, shown.takeover);
    this.pages.show(reply, context, confirmView(context, shown.links, warnings));
  }

  @Post('confirm')
  @Public()
  async confirm(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId);
    this.pages.form(request, context);
    const { base, scope } = context;
    const { purpose, state } = context.attempt ?? {};
    // A second tap: the end page knows how the first one ended.
    if (purpose === 'takeover' && state === 'done') return this.pages.go(reply, `${base}/done`);
    const attempt = atLine(context.attempt);
    if (!attempt || !isProven(attempt)) return this.pages.go(reply, `${base}/takeover/confirm`);
    await this.confirmation.confirm(scope, attempt);
    this.pages.go(reply, `${base}/done`);
  }

  private async enter(reply: ApiReply, context: PageContext, attempt: AttemptAtLine, code: string): Promise<void> {
    const { base, scope } = context;
    try {
      await this.offers.enter(scope, attempt, code);
      this.pages.go(reply, base + (isProven(attempt) ? '/takeover/confirm' : '/sign-in'));
    } catch (error) {
      // Mistyped: the form stays before them.
      if (!(error instanceof AppError) || error.code !== 'linking.takeover_code_wrong') throw error;
      this.pages.show(reply, context, choicesView(context, await this.offers.choices(scope, attempt), true));
    }
  }
}

/** The browser's way here, as far as we know already who it is at LINE. */
function atLine(attempt: Attempt | undefined): AttemptAtLine | undefined {
  if (attempt?.purpose !== 'takeover' || attempt.state !== 'open' || attempt.lineUserId === undefined) return undefined;
  return { ...attempt, lineUserId: attempt.lineUserId };
}

function isProven(attempt: AttemptAtLine): attempt is ProvenAttempt {
  return attempt.memberId !== undefined;
}
