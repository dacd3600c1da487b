import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Public, type ApiReply, type ApiRequest } from '#http';
import { Pages } from '../pages/pages.service.js';
import { formInvalid } from '../pages/pages.errors.js';
import { LoginArrival, type Arrival } from './login-arrival.service.js';
import { LoginStart } from './login-start.service.js';

@Controller('p/line/connect/:channelId')
export class LoginController {
  constructor(
    private readonly pages: Pages,
    private readonly starts: LoginStart,
    private readonly arrivals: LoginArrival,
  ) {}

  /** A button of ours: `purpose` is what it begins. */
  @Post('start')
  @Public()
  async start(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId);
    const { purpose = 'link', auto } = this.pages.form(request, context);
    if (purpose !== 'link' && purpose !== 'takeover' && purpose !== 'unlink') throw formInvalid();
    const given = { purpose, ip: request.ip, disableAutoLogin: auto === 'off' } as const;
    const { url, cookie } = await this.starts.start(context, given);
    if (cookie) this.pages.setCookie(reply, context, cookie);
    this.pages.go(reply, url);
  }

  /** LINE Login sends people back here. */
  @Get('callback')
  @Public()
  async callback(
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
    @Param('channelId') channelId: string,
  ): Promise<void> {
    const context = await this.pages.open(request, channelId);
    this.pages.go(reply, await this.arrivals.arrive(context, arrivalOf(request.query as Record<string, unknown>)));
  }
}

/** LINE adds what it likes; what is not text was not written by LINE. */
function arrivalOf(query: Record<string, unknown>): Arrival {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined);
  return {
    state: text('state') ?? '',
    code: text('code'),
    error: text('error'),
    becameFriend: text('friendship_status_changed') === 'true',
  };
}
