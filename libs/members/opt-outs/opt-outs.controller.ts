import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { Answers, CurrentScope, ExternalId, Idempotent, Permit } from '#http';
import type { Scope } from '#kernel';
import type { Purpose } from './opt-out.entity.js';
import { OptInQuery, OptOutBatch, OptOutBatchAnswer, OptOutBody, OptOutsDto } from './opt-outs.dto.js';
import { OptOuts } from './opt-outs.service.js';
import { PurposeOf } from './purpose.pipe.js';

@Controller('v1/members')
export class OptOutsController {
  constructor(private readonly optOuts: OptOuts) {}

  @Post('opt-outs/batch')
  @HttpCode(200)
  @Idempotent()
  @Permit('members.write')
  @Answers(200, OptOutBatchAnswer)
  changeMany(@CurrentScope() scope: Scope, @Body() { optOuts }: OptOutBatch): Promise<OptOutBatchAnswer> {
    return this.optOuts.changeMany(scope, optOuts);
  }

  @Get(':externalId/opt-outs')
  @Permit('members.read')
  @Answers(200, OptOutsDto)
  async list(@CurrentScope() scope: Scope, @Param('externalId', ExternalId) externalId: string): Promise<OptOutsDto> {
    return { items: await this.optOuts.list(scope, externalId) };
  }

  @Put(':externalId/opt-outs/:purpose')
  @Permit('members.write')
  @Answers(200, OptOutsDto)
  async optOut(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Param('purpose', PurposeOf) purpose: Purpose,
    @Body() body: OptOutBody,
  ): Promise<OptOutsDto> {
    return { items: await this.optOuts.optOut(scope, externalId, purpose, body) };
  }

  @Delete(':externalId/opt-outs/:purpose')
  @Permit('members.write')
  @Answers(200, OptOutsDto)
  async optIn(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Param('purpose', PurposeOf) purpose: Purpose,
    @Query() { source }: OptInQuery,
  ): Promise<OptOutsDto> {
    return { items: await this.optOuts.optIn(scope, externalId, purpose, source) };
  }
}
