import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { Public, uuidOf, type ApiReply, type ApiRequest } from '#http';
import type { Attempt } from '../attempts/attempt.js';
import { LoginFlow } from '../login/login-flow.service.js';
import { Pages, type PageContext } from '../pages/pages.service.js';
import { sessionOver } from './link-sessions.errors.js';
import './session-texts.js';
import { SessionVisits } from './session-visits.service.js';

const SessionId = uuidOf('link-session');

/** Where a site sends its visitors' browsers, and from where they go back. */
@Controller('p/line/connect/:channelId/session')
export class SessionPagesController {
  constructor(
    private readonly pages: Pages,
    private readonly visits: SessionVisits,
    private readonly login: LoginFlow,
  ) {}

  /** The start address, and the way back into a sign-in that this browser has begun. */
  @Get(':id')
  @Public()
  async start(
    @Param('channelId') channelId: string,
    @Param('id', SessionId) id: string,
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId, { anyDevice: true });
    const { attempt: known } = context;
    void reply.headers(UNSEEN);
    if (known?.sessionId === id) return this.goOn(reply, { ...context, attempt: known });
    const { key } = request.query as { key?: unknown };
    const { attempt, browserSecret } = await this.visits.open(context.scope, channelId, {
      id,
      key: typeof key === 'string' ? key : '',
    });
    this.pages.setCookie(reply, context, { id: attempt.id, secret: browserSecret, expiresAt: attempt.expiresAt });
    this.pages.go(reply, await this.login.authorizeUrl(context, attempt));
  }

  /** From LINE back to the site, however it went. */
  @Get('finish')
  @Public()
  async finish(
    @Param('channelId') channelId: string,
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
  ): Promise<void> {
    const { scope, attempt } = await this.pages.open(request, channelId, { anyDevice: true });
    void reply.headers(UNSEEN);
    if (!attempt) throw sessionOver();
    this.pages.go(reply, await this.visits.finish(scope, attempt));
  }

  /** The start address was opened before, in this browser: by the way back, or by a reload. */
  private async goOn(reply: ApiReply, context: PageContext & { attempt: Attempt }): Promise<void> {
    const { attempt, base } = context;
    const isAtLine = attempt.state === 'open' && attempt.lineUserId === undefined;
    this.pages.go(reply, isAtLine ? await this.login.authorizeUrl(context, attempt) : `${base}/session/finish`);
  }
}

/** The addresses hold secrets, if only for one use. */
const UNSEEN = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
