import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { Answers, CurrentScope, Idempotent, Permit, uuidOf } from '#http';
import type { Scope } from '#kernel';
import { LinkPageSettings } from './link-page.settings.js';
import { LinkPageDto, LinkPagePreviewDto, PreviewLinkPageDto } from './link-pages.dto.js';
import { LinkPages } from './link-pages.service.js';

@Controller('v1/channels/:id/link-page')
export class LinkPagesController {
  constructor(private readonly pages: LinkPages) {}

  @Get()
  @Permit('linking.read')
  @Answers(200, LinkPageDto)
  get(@CurrentScope() scope: Scope, @Param('id', uuidOf('channel')) id: string): Promise<LinkPageDto> {
    return this.pages.get(scope, id);
  }

  /** Absent settings stay. */
  @Patch()
  @Permit('linking.write')
  @Answers(200, LinkPageDto)
  change(
    @CurrentScope() scope: Scope,
    @Param('id', uuidOf('channel')) id: string,
    @Body() body: LinkPageSettings,
  ): Promise<LinkPageDto> {
    return this.pages.change(scope, id, body);
  }

  /** Shows the page as it would be with other settings, for an hour; nothing is saved. */
  @Post('preview')
  @Permit('linking.write')
  @Idempotent()
  @Answers(201, LinkPagePreviewDto)
  preview(
    @CurrentScope() scope: Scope,
    @Param('id', uuidOf('channel')) id: string,
    @Body() body: PreviewLinkPageDto,
  ): Promise<LinkPagePreviewDto> {
    return this.pages.preview(scope, id, body.settings);
  }
}
