import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { Public, type ApiReply, type ApiRequest } from '#http';
import { nextPath } from '../../attempts/attempt.js';
import { LoginStart } from '../../login/login-start.service.js';
import { isLineBrowser } from '../device.js';
import { pageNotFound } from '../pages.errors.js';
import { Pages, type PageContext } from '../pages.service.js';
import { LinkPageStates } from './link-page-states.service.js';
import { linkPage } from './link-page.view.js';

/** On a browser that was sent to LINE Login without having been asked: it happens once, then there is a button. */
const AUTO_MARK = 'tsunagi_auto';
const AUTO_MARK_SECONDS = 10 * 60;

@Controller('p/line/connect/:channelId')
export class ConnectController {
  constructor(
    private readonly pages: Pages,
    private readonly states: LinkPageStates,
    private readonly starts: LoginStart,
  ) {}

  /** The link page. In LINE's own browser it is skipped where the way on is known. */
  @Get()
  @Public()
  async show(@Req() request: ApiRequest, @Res() reply: ApiReply, @Param('channelId') channelId: string): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const url = isLineBrowser(request.headers) ? await this.shortcut(request, reply, context) : undefined;
    if (url !== undefined) {
      this.pages.keepCookies(reply, context);
      return this.pages.go(reply, url);
    }
    const stillNone = (request.query as { again?: unknown }).again === '1';
    this.pages.show(reply, context, linkPage(context, await this.states.of(context, { stillNone })));
  }

  /** The link page with settings that are not saved yet. */
  @Get('preview')
  @Public()
  async preview(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
  ): Promise<void> {
    const { token } = request.query as { token?: unknown };
    if (typeof token !== 'string') throw pageNotFound();
    const context = await this.pages.openPreview(request, channelId, token);
    this.pages.show(reply, context, linkPage(context, await this.states.of(context, { preview: true })));
  }

  private async shortcut(request: ApiRequest, reply: ApiReply, context: PageContext): Promise<string | undefined> {
    const { attempt, base, channel } = context;
    if (await this.states.isLinked(context)) return `${base}/done`;
    const next = attempt?.state === 'open' && attempt.lineUserId !== undefined ? nextPath(attempt) : undefined;
    if (next !== undefined) return next === '' ? undefined : base + next;
    if (channel.loginChannelId === null || this.pages.isMarked(request, AUTO_MARK)) return undefined;
    this.pages.mark(reply, context, AUTO_MARK, AUTO_MARK_SECONDS);
    const { url, cookie } = await this.starts.start(context, { purpose: 'link', ip: request.ip });
    if (cookie) this.pages.setCookie(reply, context, cookie);
    return url;
  }
}
