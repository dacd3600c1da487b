import { Controller, Delete, Get, HttpCode, Options, Param, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Public, type ApiReply, type ApiRequest } from '#http';
import { notFound } from '#kernel';
import { servedScript } from '../script/served-script.js';
import { BEACON_ROUTE, beaconOf } from './beacon-bodies.js';
import { Beacons, type Door } from './beacons.service.js';

const SUFFIX = '.js';
const A_DAY = 86_400;

/** Where browsers come, without a key of ours; below `/t/` and nowhere else. */
@Controller('t')
export class BeaconsController {
  constructor(private readonly beacons: Beacons) {}

  /** `/t/{key}.js`: what the pages load. */
  @Get(':key')
  @Public()
  async script(
    @Param('key') file: string,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<string | undefined> {
    if (!file.endsWith(SUFFIX)) throw notFound('tracking-script');
    await this.beacons.assertKnown(file.slice(0, -SUFFIX.length));
    const { text, etag } = servedScript;
    void reply.headers({
      'cache-control': `public, max-age=${A_DAY}`,
      'cross-origin-resource-policy': 'cross-origin',
      etag,
    });
    if (request.headers['if-none-match']?.includes(etag)) return void reply.status(304);
    void reply.header('content-type', 'text/javascript; charset=utf-8');
    return text;
  }

  /** What a visitor who has consented did: `{ visitor, consent: true, events }` as JSON in plain text. */
  @Post(':key')
  @HttpCode(204)
  @RouteConfig(BEACON_ROUTE)
  @Public()
  async take(
    @Param('key') key: string,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<void> {
    const door = await this.open(key, request, reply);
    if (!asksNotToBeTracked(request)) await this.beacons.take(door, beaconOf(request));
  }

  /** Consent is withdrawn: `{ visitor }` as JSON in plain text. */
  @Delete(':key/visitor')
  @HttpCode(204)
  @RouteConfig(BEACON_ROUTE)
  @Public()
  async withdraw(
    @Param('key') key: string,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<void> {
    await this.beacons.withdraw(await this.open(key, request, reply), beaconOf(request));
  }

  /** Browsers ask before they delete across origins. */
  @Options([':key', ':key/visitor'])
  @HttpCode(204)
  @Public()
  async preflight(
    @Param('key') key: string,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<void> {
    await this.open(key, request, reply);
    void reply.headers({
      'access-control-allow-methods': 'POST, DELETE',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': A_DAY,
    });
  }

  /** From here on the page may read what is answered, refusals too. */
  private async open(key: string, { headers, ip }: ApiRequest, reply: ApiReply): Promise<Door> {
    void reply.header('vary', 'Origin');
    const { origin } = headers;
    const door = await this.beacons.open({ key, origin, ip });
    void reply.header('access-control-allow-origin', origin);
    return door;
  }
}

/** Global Privacy Control and Do Not Track, where the script has not seen to it already. */
function asksNotToBeTracked({ headers }: ApiRequest): boolean {
  return headers['sec-gpc'] === '1' || headers.dnt === '1';
}
