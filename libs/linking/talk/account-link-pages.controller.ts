import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { Config } from '#config';
import { Public, type ApiReply, type ApiRequest } from '#http';
import { nextPath } from '../attempts/attempt.js';
import { Attempts } from '../attempts/attempts.service.js';
import { Pages } from '../pages/pages.service.js';
import '../pages/texts/account-link.js';
import { invitationOver } from './talk.errors.js';

/** The way from the invitation in the talk to LINE's dialog, around the pages on which people sign in and consent. */
@Controller('p/line/connect/:channelId')
export class AccountLinkPagesController {
  constructor(
    private readonly pages: Pages,
    private readonly attempts: Attempts,
    private readonly config: Config,
  ) {}

  /** Where the button in the talk leads. */
  @Get('link/:ticket')
  @Public()
  async open(
    @Param('channelId') channelId: string,
    @Param('ticket') ticket: string,
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
  ): Promise<void> {
    const { scope, base, attempt: before } = await this.pages.open(request, channelId);
    const opened = await this.attempts.open(scope, channelId, ticket);
    if (opened) {
      const { attempt, browserSecret } = opened;
      const { id, expiresAt } = attempt;
      this.pages.setCookie(reply, { channelId }, { id, secret: browserSecret, expiresAt });
      return this.pages.go(reply, base + nextPath(attempt));
    }
    // Pressed again in the browser that has come further already: on with it.
    const isUnderWay = before?.route === 'account_link' && before.state !== 'expired';
    if (!isUnderWay) throw invitationOver();
    this.pages.go(reply, base + nextPath(before));
  }

  /** Hands the browser over to LINE, which knows whose it is. */
  @Get('hand-over')
  @Public()
  async handOver(
    @Param('channelId') channelId: string,
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const attempt = this.pages.attemptOf(context);
    const next = nextPath(attempt);
    if (next !== '/hand-over') return this.pages.go(reply, context.base + next);
    const { linkToken, nonce } = await this.attempts.handOver(context.scope, attempt.id);
    const query = new URLSearchParams({ linkToken, nonce });
    const dialog = `${this.config.lineLoginBaseUrl}/dialog/bot/accountLink`;
    this.pages.go(reply, `${dialog}?${query.toString()}`);
  }
}
