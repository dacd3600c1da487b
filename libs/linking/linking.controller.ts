import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  CurrentScope,
  decodeCursor,
  ExternalId,
  Idempotent,
  numberOf,
  PageQuery,
  Permit,
  toPage,
  type Page,
} from '#http';
import type { Scope } from '#kernel';
import { LinkImport } from './import/link-import.service.js';
import { LinkBatchDto, type LinkBatchAnswer, type LinkDto } from './linking.dto.js';
import { Links } from './links.service.js';

@Controller('v1')
export class LinkingController {
  constructor(
    private readonly links: Links,
    private readonly imports: LinkImport,
  ) {}

  /** Takes in links that another system made. */
  @Post('links/batch')
  @HttpCode(200)
  @Idempotent()
  @Permit('linking.write')
  import(@CurrentScope() scope: Scope, @Body() body: LinkBatchDto): Promise<LinkBatchAnswer> {
    return this.imports.importAll(scope, body);
  }

  /** The LINE users a member is or was, oldest first. */
  @Get('members/:externalId/links')
  @Permit('linking.read')
  async ofMember(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Query() query: PageQuery,
  ): Promise<Page<LinkDto>> {
    const [after] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'integer');
    const rows = await this.links.ofMember(scope, externalId, query.limit + 1, after);
    return toPage(
      rows,
      query.limit,
      (link) => link,
      ({ id }) => [id],
    );
  }

  /** Ends a link; that it was stays. */
  @Delete('links/:id')
  @HttpCode(204)
  @Permit('linking.write')
  async end(@CurrentScope() scope: Scope, @Param('id', numberOf('link')) id: string): Promise<void> {
    await this.links.end(scope, id, 'unlinked');
  }
}
