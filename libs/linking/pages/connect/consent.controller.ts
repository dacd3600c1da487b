import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Public, type ApiReply, type ApiRequest } from '#http';
import { AppError } from '#kernel';
import { nextPath, type Attempt } from '../../attempts/attempt.js';
import { Pages, type PageContext } from '../pages.service.js';
import { consentPage } from './consent.view.js';
import { Consents, type Wording } from './consents.service.js';

@Controller('p/line/connect/:channelId/consent')
export class ConsentController {
  constructor(
    private readonly pages: Pages,
    private readonly consents: Consents,
  ) {}

  @Get()
  @Public()
  async show(@Req() request: ApiRequest, @Res() reply: ApiReply, @Param('channelId') channelId: string): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const next = nextPath(this.attemptOf(context));
    if (next !== '/consent') return this.pages.go(reply, context.base + next);
    this.pages.show(reply, context, consentPage(context, this.consents.wording(context.page, context.lang)));
  }

  /** Agrees to the wording that was shown; where it is another one by now, it is shown again. */
  @Post()
  @Public()
  async agree(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const { version } = this.pages.form(request, context);
    const attempt = this.attemptOf(context);
    const wording = this.consents.wording(context.page, context.lang);
    if (version !== wording.version && nextPath(attempt) === '/consent') {
      return this.pages.show(reply, context, consentPage(context, wording));
    }
    this.pages.go(reply, context.base + (await this.afterAgreeing(context, attempt, wording)));
  }

  /** Also one that has ended: a second tap gets to the end of the first. */
  private attemptOf(context: PageContext): Attempt {
    const { attempt } = context;
    return attempt && attempt.state !== 'expired' ? attempt : this.pages.attemptOf(context);
  }

  private async afterAgreeing({ scope }: PageContext, attempt: Attempt, wording: Wording): Promise<string> {
    if (nextPath(attempt) !== '/consent') return nextPath(attempt);
    try {
      return nextPath(await this.consents.give(scope, attempt, wording));
    } catch (error) {
      // A second tap: the end page knows how the first one ended.
      if (error instanceof AppError && error.code === 'linking.attempt_over') return '/done';
      throw error;
    }
  }
}
