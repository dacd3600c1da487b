import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Public, type ApiReply, type ApiRequest } from '#http';
import type { Attempt } from '../attempts/attempt.js';
import { Pages, type PageContext } from '../pages/pages.service.js';
import { chooseView, noneView, startView } from './unlink.view.js';
import { Unlinking } from './unlinking.service.js';

/** Where people end their link: LINE says who they are, they see what there is, and confirm. */
@Controller('p/line/connect/:channelId/unlink')
export class UnlinkPages {
  constructor(
    private readonly pages: Pages,
    private readonly unlinking: Unlinking,
  ) {}

  @Get()
  @Public()
  async show(@Req() request: ApiRequest, @Res() reply: ApiReply, @Param('channelId') channelId: string): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const attempt = attemptOf(context);
    if (!attempt) return this.pages.show(reply, context, startView(context));
    const links = await this.unlinking.endable(context.scope, attempt);
    this.pages.show(reply, context, links.length === 0 ? noneView(context) : chooseView(context, links));
  }

  /** Ends what is chosen: fields `link-<id>`. */
  @Post()
  @Public()
  async end(@Req() request: ApiRequest, @Res() reply: ApiReply, @Param('channelId') channelId: string): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const fields = this.pages.form(request, context);
    const attempt = attemptOf(context);
    const ids = Object.keys(fields).flatMap((name) => /^link-(\d+)$/.exec(name)?.[1] ?? []);
    if (attempt && ids.length === 0) {
      const links = await this.unlinking.endable(context.scope, attempt);
      return this.pages.show(reply, context, chooseView(context, links, 'chooseOne'));
    }
    if (attempt) await this.unlinking.end(context.scope, attempt, ids);
    // There whoever taps twice sees how the first tap ended, and who has not begun is led to the beginning.
    this.pages.go(reply, `${context.base}/done`);
  }
}

/** The browser's way here, as far as we know already who it is at LINE. */
function attemptOf({ attempt }: PageContext): Attempt | undefined {
  return attempt?.purpose === 'unlink' && attempt.state === 'open' && attempt.lineUserId !== undefined
    ? attempt
    : undefined;
}
