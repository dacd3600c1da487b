import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, CurrentScope, Idempotent, PageQuery, Permit, uuidOf, type Page } from '#http';
import type { Scope } from '#kernel';
import { CreateOperatorDto, OperatorDto } from './operators.dto.js';
import { Operators } from './operators.service.js';

@Controller('v1/operators')
export class OperatorsController {
  constructor(private readonly operators: Operators) {}

  @Get()
  @Permit('operators.read')
  @Answers(200, OperatorDto, { page: true })
  list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<Page<OperatorDto>> {
    return this.operators.list(scope, query);
  }

  @Post()
  @Idempotent()
  @Permit('operators.write')
  @Answers(201, OperatorDto)
  create(@CurrentScope() scope: Scope, @Body() body: CreateOperatorDto): Promise<OperatorDto> {
    return this.operators.create(scope, body);
  }

  @Delete(':id')
  @Permit('operators.write')
  @HttpCode(204)
  @Answers(204)
  disable(@CurrentScope() scope: Scope, @Param('id', uuidOf('operator')) id: string): Promise<void> {
    return this.operators.disable(scope, id);
  }
}
