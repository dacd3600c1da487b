import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, CurrentScope, Idempotent, PageQuery, Permit, uuidOf, type Page } from '#http';
import type { Scope } from '#kernel';
import { ApiKeyDto, CreateApiKeyDto, CreatedApiKeyDto } from './api-keys.dto.js';
import { ApiKeys } from './api-keys.service.js';

@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeys) {}

  @Get()
  @Permit('workspaces.read_keys')
  @Answers(200, ApiKeyDto, { page: true })
  list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<Page<ApiKeyDto>> {
    return this.apiKeys.list(scope, query);
  }

  @Post()
  @Permit('workspaces.write_keys')
  @Idempotent()
  @Answers(201, CreatedApiKeyDto)
  create(@CurrentScope() scope: Scope, @Body() body: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    return this.apiKeys.create(scope, body);
  }

  @Delete(':id')
  @Permit('workspaces.write_keys')
  @HttpCode(204)
  @Answers(204)
  revoke(@CurrentScope() scope: Scope, @Param('id', uuidOf('api-key')) id: string): Promise<void> {
    return this.apiKeys.revoke(scope, id);
  }
}
