import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  Answers,
  CurrentScope,
  decodeCursor,
  ExternalId,
  Idempotent,
  PageQuery,
  Permit,
  toPage,
  type Page,
} from '#http';
import type { Scope } from '#kernel';
import { ProductId } from '../product-id.js';
import { RestockRequestDto, RestockRequestWriteDto } from './restock-requests.dto.js';
import { RestockRequests } from './restock-requests.service.js';

@Controller('v1/members/:externalId/restock-requests')
export class RestockRequestsController {
  constructor(private readonly requests: RestockRequests) {}

  /** Asking again changes nothing. */
  @Post()
  @HttpCode(200)
  @Idempotent()
  @Permit('products.write')
  @Answers(200, RestockRequestDto)
  ask(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Body() { productId }: RestockRequestWriteDto,
  ): Promise<RestockRequestDto> {
    return this.requests.ask(scope, externalId, productId);
  }

  @Get()
  @Permit('products.read')
  @Answers(200, RestockRequestDto, { page: true })
  async list(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Query() query: PageQuery,
  ): Promise<Page<RestockRequestDto>> {
    const [after] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'text');
    const rows = await this.requests.list(scope, externalId, query.limit + 1, after);
    return toPage(
      rows,
      query.limit,
      (request) => request,
      ({ productId }) => [productId],
    );
  }

  @Delete(':productId')
  @HttpCode(204)
  @Permit('products.write')
  async withdraw(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Param('productId', ProductId) productId: string,
  ): Promise<void> {
    await this.requests.withdraw(scope, externalId, productId);
  }
}
