import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { Answers, CurrentScope, Permit, uuidOf } from '#http';
import type { Scope } from '#kernel';
import { ChannelPlanDto } from './channel-plans.dto.js';
import { ChannelPlans } from './channel-plans.service.js';

@Controller('v1/channels/:id/plan')
export class ChannelPlansController {
  constructor(private readonly plans: ChannelPlans) {}

  @Get()
  @Permit('channels.read')
  @Answers(200, ChannelPlanDto)
  get(@CurrentScope() scope: Scope, @Param('id', uuidOf('channel')) id: string): Promise<ChannelPlanDto> {
    return this.plans.get(scope, id);
  }

  @Put()
  @Permit('channels.write')
  @Answers(200, ChannelPlanDto)
  set(
    @CurrentScope() scope: Scope,
    @Param('id', uuidOf('channel')) id: string,
    @Body() body: ChannelPlanDto,
  ): Promise<ChannelPlanDto> {
    return this.plans.set(scope, id, body);
  }

  @Delete()
  @Permit('channels.write')
  @HttpCode(204)
  forget(@CurrentScope() scope: Scope, @Param('id', uuidOf('channel')) id: string): Promise<void> {
    return this.plans.forget(scope, id);
  }
}
