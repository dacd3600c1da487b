import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, CurrentScope, decodeCursor, ExternalId, Idempotent, Permit, toPage, uuidOf, type Page } from '#http';
import type { Scope } from '#kernel';
import { TakeoverDesk } from './takeover-desk.service.js';
import { TakeoverMove } from './takeover-move.service.js';
import { AskedTakeoverDto, AskTakeoverDto, TakeoverDto, TakeoversQuery } from './takeovers.dto.js';
import type { Takeover } from './takeovers.repository.js';
import { Takeovers } from './takeovers.service.js';

const TakeoverId = uuidOf('takeover');

@Controller('v1')
export class TakeoversController {
  constructor(
    private readonly desk: TakeoverDesk,
    private readonly takeovers: Takeovers,
    private readonly moves: TakeoverMove,
  ) {}

  /** A code, good for a day, by which the member moves to another LINE account. An older one ends. */
  @Post('members/:externalId/takeover')
  @Idempotent()
  @Permit('linking.write')
  @Answers(201, AskedTakeoverDto)
  async ask(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Body() body: AskTakeoverDto,
  ): Promise<AskedTakeoverDto> {
    const { takeover, code, links, warnings } = await this.desk.ask(scope, externalId, body);
    const moving = links.map(({ id, role, route, linkedAt }) => ({ id, role, route, linkedAt }));
    return { ...shown(takeover), code, links: moving, warnings };
  }

  /** The newest first. */
  @Get('takeovers')
  @Permit('linking.read')
  @Answers(200, TakeoverDto, { page: true })
  async list(@CurrentScope() scope: Scope, @Query() query: TakeoversQuery): Promise<Page<TakeoverDto>> {
    const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'uuid');
    const rows = await this.takeovers.list(scope, { limit: query.limit + 1, before, state: query.state });
    return toPage(rows, query.limit, shown, ({ id }) => [id]);
  }

  @Get('takeovers/:id')
  @Permit('linking.read')
  @Answers(200, TakeoverDto)
  async get(@CurrentScope() scope: Scope, @Param('id', TakeoverId) id: string): Promise<TakeoverDto> {
    return shown(await this.takeovers.get(scope, id));
  }

  /** Gives the old LINE account everything back, within a day. */
  @Post('takeovers/:id/undo')
  @HttpCode(200)
  @Permit('linking.write')
  @Answers(200, TakeoverDto)
  async undo(@CurrentScope() scope: Scope, @Param('id', TakeoverId) id: string): Promise<TakeoverDto> {
    await this.moves.undo(scope, id);
    return shown(await this.takeovers.get(scope, id));
  }
}

function shown({ externalId, fromUserId, toUserId, memberId: _, ...takeover }: Takeover) {
  return { ...takeover, memberId: externalId, fromLineUserId: fromUserId, toLineUserId: toUserId };
}
