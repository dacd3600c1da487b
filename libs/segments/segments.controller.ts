import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { Answers, CurrentScope, decodeCursor, Idempotent, PageQuery, Permit, toPage, uuidOf, type Page } from '#http';
import { fromMinor, type Scope } from '#kernel';
import { Definitions } from './definitions.service.js';
import {
  ExplainSegmentDto,
  PreviewSegmentDto,
  SegmentDto,
  SegmentExplanationDto,
  SegmentMemberDto,
  SegmentMembersQuery,
  SegmentPreviewDto,
  SegmentWriteDto,
} from './segments.dto.js';
import { Segments } from './segments.service.js';

@Controller('v1/segments')
export class SegmentsController {
  constructor(
    private readonly segments: Segments,
    private readonly definitions: Definitions,
  ) {}

  /** How many people a rule means: exact, never sampled. */
  @Post('preview')
  @HttpCode(200)
  @Permit('segments.read')
  @Answers(200, SegmentPreviewDto)
  preview(@CurrentScope() scope: Scope, @Body() body: PreviewSegmentDto): Promise<SegmentPreviewDto> {
    return this.segments.preview(scope, body);
  }

  /** Why a rule means one member, or does not: its own tree, with what is true at every node. */
  @Post('explain')
  @HttpCode(200)
  @Permit('segments.read')
  @Answers(200, SegmentExplanationDto)
  explain(@CurrentScope() scope: Scope, @Body() body: ExplainSegmentDto): Promise<SegmentExplanationDto> {
    return this.segments.explain(scope, body);
  }

  @Post()
  @Idempotent()
  @Permit('segments.write')
  @Answers(201, SegmentDto)
  create(@CurrentScope() scope: Scope, @Body() body: SegmentWriteDto): Promise<SegmentDto> {
    return this.definitions.create(scope, body);
  }

  @Get()
  @Permit('segments.read')
  @Answers(200, SegmentDto, { page: true })
  async list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<Page<SegmentDto>> {
    const [after] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'uuid');
    const rows = await this.definitions.list(scope, query.limit + 1, after);
    return toPage(
      rows,
      query.limit,
      (segment) => segment,
      ({ id }) => [id],
    );
  }

  @Get(':id')
  @Permit('segments.read')
  @Answers(200, SegmentDto)
  get(@CurrentScope() scope: Scope, @Param('id', uuidOf('segment')) id: string): Promise<SegmentDto> {
    return this.definitions.get(scope, id);
  }

  /** Replaces name and rule; refused where the rule leads back to the segment itself. */
  @Put(':id')
  @Permit('segments.write')
  @Answers(200, SegmentDto)
  update(
    @CurrentScope() scope: Scope,
    @Param('id', uuidOf('segment')) id: string,
    @Body() body: SegmentWriteDto,
  ): Promise<SegmentDto> {
    return this.definitions.update(scope, id, body);
  }

  /** Refused, with what refers to it, while something does. */
  @Delete(':id')
  @HttpCode(204)
  @Permit('segments.write')
  @Answers(204)
  delete(@CurrentScope() scope: Scope, @Param('id', uuidOf('segment')) id: string): Promise<void> {
    return this.definitions.delete(scope, id);
  }

  /** Who is in it as of now, in a fixed order. */
  @Get(':id/members')
  @Permit('segments.read')
  @Answers(200, SegmentMemberDto, { page: true })
  async members(
    @CurrentScope() scope: Scope,
    @Param('id', uuidOf('segment')) id: string,
    @Query() query: SegmentMembersQuery,
  ): Promise<Page<SegmentMemberDto>> {
    const [after] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'integer');
    const rows = await this.segments.members(scope, id, query.limit + 1, after);
    return toPage(
      rows,
      query.limit,
      ({ id: _inside, purchaseTotal, ...member }) => ({
        ...member,
        purchaseTotal: fromMinor(BigInt(purchaseTotal), scope.currency),
      }),
      ({ id: inside }) => [inside],
    );
  }
}
