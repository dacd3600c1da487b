import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Public, type ApiReply, type ApiRequest } from '#http';
import { AppError } from '#kernel';
import { pageNotFound } from '../../pages/pages.errors.js';
import { Pages, type PageContext } from '../../pages/pages.service.js';
import { signInTexts } from '../../pages/texts/sign-in.js';
import { PasswordResets } from '../resets/password-resets.service.js';
import { ResetRequests } from '../resets/reset-requests.service.js';
import { minutesToWait } from './fields.js';
import { newPasswordView, passwordSetView, resetAskedView, resetOverView, resetView } from './reset-views.js';

/** Forgotten passwords. A link from a mail may be opened on any device, and by no browser on its way to a link. */
@Controller('p/line/connect/:channelId/reset')
export class ResetPages {
  constructor(
    private readonly pages: Pages,
    private readonly requests: ResetRequests,
    private readonly resets: PasswordResets,
  ) {}

  @Get()
  @Public()
  async show(@Req() request: ApiRequest, @Res() reply: ApiReply, @Param('channelId') channelId: string): Promise<void> {
    const context = await this.openHosted(request, channelId);
    this.pages.show(reply, context, resetView(context));
  }

  @Post()
  @Public()
  async ask(@Req() request: ApiRequest, @Res() reply: ApiReply, @Param('channelId') channelId: string): Promise<void> {
    const context = await this.openHosted(request, channelId);
    const { loginId = '' } = this.pages.form(request, context);
    const { scope, lang } = context;
    try {
      await this.requests.ask(scope, { channelId, loginId, lang }, request.ip);
      this.pages.show(reply, context, resetAskedView(context));
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 429) throw error;
      const problem = signInTexts[lang].reset.wait(minutesToWait(error));
      this.pages.show(reply, context, { ...resetView(context, problem), status: 429 });
    }
  }

  /** Changes nothing: programs that look into mails open links too. */
  @Get(':token')
  @Public()
  async open(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
    @Param('token') token: string,
  ): Promise<void> {
    const context = await this.openHosted(request, channelId);
    if (await this.resets.isLive(context.scope, token)) {
      this.pages.show(reply, context, newPasswordView(context, token));
    } else this.over(reply, context);
  }

  @Post(':token')
  @Public()
  async set(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
    @Param('token') token: string,
  ): Promise<void> {
    const context = await this.openHosted(request, channelId);
    const { password = '', again = '' } = this.pages.form(request, context);
    const words = signInTexts[context.lang].newPassword;
    try {
      if (password !== again) return this.showAgain(reply, context, token, words.differ);
      const fault = await this.resets.use(context.scope, token, password);
      if (fault) this.showAgain(reply, context, token, words.faults[fault]);
      else this.pages.show(reply, context, passwordSetView(context));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'linking.reset_over') throw error;
      this.over(reply, context);
    }
  }

  /** Where members sign in at the company's, there are no passwords of ours. */
  private async openHosted(request: ApiRequest, channelId: string): Promise<PageContext> {
    const context = await this.pages.open(request, channelId, { anyDevice: true });
    if (context.page.signIn.kind !== 'hosted') throw pageNotFound();
    return context;
  }

  private showAgain(reply: ApiReply, context: PageContext, token: string, problem: string): void {
    this.pages.show(reply, context, { ...newPasswordView(context, token, problem), status: 400 });
  }

  private over(reply: ApiReply, context: PageContext): void {
    this.pages.show(reply, context, { ...resetOverView(context), status: 410 });
  }
}
