import { Controller, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  Answers,
  CurrentScope,
  decodeCursor,
  PageQuery,
  Permit,
  toPage,
  uuidOf,
  type ApiRequest,
  type Page,
} from '#http';
import type { Scope } from '#kernel';
import { FEED_ROUTE, feedOf } from './feed-bodies.js';
import { FeedDto, FeedPartQuery, FeedQuery, FeedSummaryDto } from './feeds.dto.js';
import type { Feed } from './feeds.repository.js';
import { Feeds } from './feeds.service.js';
import { FeedReceiving } from './receiving.service.js';

const FeedId = uuidOf('product-feed');

@Controller('v1/product-feeds')
export class FeedsController {
  constructor(
    private readonly feeds: Feeds,
    private readonly receiving: FeedReceiving,
  ) {}

  /**
   * The body is the file itself: TSV, CSV or XML (RSS 2.0, Atom) with Google Merchant's names. Importing it twice changes
   * nothing, so no Idempotency-Key is looked at.
   */
  @Post()
  @HttpCode(202)
  @RouteConfig(FEED_ROUTE)
  @Permit('products.write')
  @Answers(202, FeedSummaryDto)
  async begin(
    @CurrentScope() scope: Scope,
    @Query() { replace, more }: FeedQuery,
    @Req() request: ApiRequest,
  ): Promise<FeedSummaryDto> {
    const { format, ...part } = feedOf(request);
    return shown(await this.receiving.begin(scope, { format, replace }, { ...part, more }));
  }

  /** The next part of a file that was begun with `more`, or whose sending broke off. */
  @Patch(':id')
  @HttpCode(202)
  @RouteConfig(FEED_ROUTE)
  @Permit('products.write')
  @Answers(202, FeedSummaryDto)
  async goOn(
    @CurrentScope() scope: Scope,
    @Param('id', FeedId) id: string,
    @Query() { offset, more }: FeedPartQuery,
    @Req() request: ApiRequest,
  ): Promise<FeedSummaryDto> {
    // Whether there is such a feed comes before what is wrong with the part.
    await this.receiving.assertGoesOn(scope, id, offset);
    return shown(await this.receiving.goOn(scope, id, { ...feedOf(request), offset, more }));
  }

  @Get()
  @Permit('products.read')
  @Answers(200, FeedSummaryDto, { page: true })
  async list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<Page<FeedSummaryDto>> {
    const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'uuid');
    const rows = await this.feeds.list(scope, query.limit + 1, before);
    return toPage(rows, query.limit, shown, ({ id }) => [id]);
  }

  @Get(':id')
  @Permit('products.read')
  @Answers(200, FeedDto)
  async get(@CurrentScope() scope: Scope, @Param('id', FeedId) id: string): Promise<FeedDto> {
    const { refused, ...feed } = await this.feeds.get(scope, id);
    return Object.assign(shown(feed), { refused });
  }
}

function shown({ prologueBytes: _prologue, line: _line, ...feed }: Feed): FeedSummaryDto {
  return feed;
}
