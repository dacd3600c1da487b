import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Answers, CurrentScope, Permit, type ApiRequest } from '#http';
import type { Scope } from '#kernel';
import { LINES_ROUTE, linesOf } from './line-bodies.js';
import { SimulateDto, SimulationDto } from './simulation.dto.js';
import { Simulations } from './simulations.service.js';

@Controller('v1/journeys')
export class SimulationController {
  constructor(private readonly simulations: Simulations) {}

  /**
   * What a journey or a draft would have done; nothing is written and nobody is sent anything. Many events are given as
   * `application/x-ndjson`: the first line is this body, each line after it an event.
   */
  @Post('simulate')
  @HttpCode(200)
  @RouteConfig(LINES_ROUTE)
  @Permit('journeys.read')
  @Answers(200, SimulationDto)
  simulate(
    @CurrentScope() scope: Scope,
    @Body() body: SimulateDto,
    @Req() request: ApiRequest,
  ): Promise<SimulationDto> {
    return this.simulations.simulate(scope, body, { lines: linesOf(request) });
  }
}
