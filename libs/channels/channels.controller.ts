import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { Config } from '#config';
import { CurrentScope, decodeCursor, Idempotent, PageQuery, Permit, toPage, uuidOf, type Page } from '#http';
import type { Scope } from '#kernel';
import { CreateChannelDto, UpdateChannelDto, type ChannelDto } from './channels.dto.js';
import type { Channel } from './channels.repository.js';
import { Channels } from './channels.service.js';
import { webhookUrl } from './webhook-url.js';
import { WebhookGate } from './webhooks/webhook-gate.js';

@Controller('v1/channels')
export class ChannelsController {
  constructor(
    private readonly channels: Channels,
    private readonly webhooks: WebhookGate,
    private readonly config: Config,
  ) {}

  /** Connects a LINE channel. Unless `verify` is false, LINE is asked whether the access token is good. */
  @Post()
  @Permit('channels.write')
  @Idempotent()
  async create(@CurrentScope() scope: Scope, @Body() body: CreateChannelDto): Promise<ChannelDto> {
    return this.shown(await this.channels.create(scope, body));
  }

  @Get()
  @Permit('channels.read')
  async list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<Page<ChannelDto>> {
    const [after] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'uuid');
    const rows = await this.channels.list(scope, query.limit + 1, after);
    return toPage(rows, query.limit, this.shown.bind(this), ({ id }) => [id]);
  }

  @Get(':id')
  @Permit('channels.read')
  async get(@CurrentScope() scope: Scope, @Param('id', uuidOf('channel')) id: string): Promise<ChannelDto> {
    return this.shown(await this.channels.get(scope, id));
  }

  @Patch(':id')
  @Permit('channels.write')
  async update(
    @CurrentScope() scope: Scope,
    @Param('id', uuidOf('channel')) id: string,
    @Body() body: UpdateChannelDto,
  ): Promise<ChannelDto> {
    const channel = await this.channels.update(scope, id, body);
    this.webhooks.forget(id);
    return this.shown(channel);
  }

  /** Ends the links that ran over it and forgets its credentials; refused while something needs it. */
  @Delete(':id')
  @Permit('channels.write')
  @HttpCode(204)
  async delete(@CurrentScope() scope: Scope, @Param('id', uuidOf('channel')) id: string): Promise<void> {
    await this.channels.delete(scope, id);
    this.webhooks.forget(id);
  }

  private shown({ loginChannelId, ...channel }: Channel): ChannelDto {
    return {
      ...channel,
      login: loginChannelId === null ? null : { channelId: loginChannelId },
      webhookUrl: webhookUrl(this.config, channel.id),
    };
  }
}
