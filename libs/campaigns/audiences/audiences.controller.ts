import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
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
import { AudienceDto, RefusedRowDto, RefusedRowsQuery, UploadQuery } from './audiences.dto.js';
import type { Audience } from './audiences.repository.js';
import { Audiences } from './audiences.service.js';
import { CSV_ROUTE, csvOf } from './csv-bodies.js';
import { AudienceReceiving } from './receiving.service.js';

const AudienceId = uuidOf('audience');

@Controller('v1/audiences')
export class AudiencesController {
  constructor(
    private readonly audiences: Audiences,
    private readonly receiving: AudienceReceiving,
  ) {}

  /**
   * The body is the file itself, in UTF-8 or CP932: up to 1,000,000 members by the company's own ids or LINE users by
   * LINE's, one a row. The first row may name the columns (`memberId`, `lineUserId`, `会員ID`). Nobody is sent anything
   * by it, so no Idempotency-Key is looked at.
   */
  @Post()
  @HttpCode(202)
  @RouteConfig(CSV_ROUTE)
  @Permit('campaigns.write')
  @Answers(202, AudienceDto)
  async upload(
    @CurrentScope() scope: Scope,
    @Query() query: UploadQuery,
    @Req() request: ApiRequest,
  ): Promise<AudienceDto> {
    return shown(await this.receiving.receive(scope, query, csvOf(request)));
  }

  /** The newest first. */
  @Get()
  @Permit('campaigns.read')
  @Answers(200, AudienceDto, { page: true })
  async list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<Page<AudienceDto>> {
    const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'uuid');
    const rows = await this.audiences.list(scope, query.limit + 1, before);
    return toPage(rows, query.limit, shown, ({ id }) => [id]);
  }

  @Get(':id')
  @Permit('campaigns.read')
  @Answers(200, AudienceDto)
  async get(@CurrentScope() scope: Scope, @Param('id', AudienceId) id: string): Promise<AudienceDto> {
    return shown(await this.audiences.get(scope, id));
  }

  /** Rows that name nobody, or somebody once more, in the order of the file. */
  @Get(':id/refused')
  @Permit('campaigns.read')
  @Answers(200, RefusedRowDto, { page: true })
  async refused(
    @CurrentScope() scope: Scope,
    @Param('id', AudienceId) id: string,
    @Query() query: RefusedRowsQuery,
  ): Promise<Page<RefusedRowDto>> {
    const [after] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'integer');
    const rows = await this.audiences.refusals(scope, id, query.limit + 1, after);
    return toPage(
      rows,
      query.limit,
      (row) => row,
      ({ line }) => [String(line)],
    );
  }

  /** Takes an upload back, also while it is being read. */
  @Delete(':id')
  @HttpCode(204)
  @Permit('campaigns.write')
  async delete(@CurrentScope() scope: Scope, @Param('id', AudienceId) id: string): Promise<void> {
    await this.audiences.delete(scope, id);
  }
}

function shown({ encoding: _encoding, unlinked: _unlinked, bytes, readBytes, ...audience }: Audience): AudienceDto {
  return { ...audience, progress: audience.state === 'ready' || bytes === 0 ? 1 : readBytes / bytes };
}
