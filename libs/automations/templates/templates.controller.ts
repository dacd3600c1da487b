import { Body, Controller, Get, Post } from '@nestjs/common';
import { Answers, CurrentScope, Idempotent, Permit } from '#http';
import type { Scope } from '#kernel';
import { shownJourney } from '../journeys/journeys.controller.js';
import { JourneyDto } from '../journeys/journeys.dto.js';
import { JourneyTemplatesDto, UseTemplateDto } from './templates.dto.js';
import { Templates } from './templates.service.js';

@Controller('v1')
export class TemplatesController {
  constructor(private readonly templates: Templates) {}

  /** Ready journeys, the same for everybody. */
  @Get('journey-templates')
  @Permit('journeys.read')
  @Answers(200, JourneyTemplatesDto)
  list(@CurrentScope() scope: Scope): JourneyTemplatesDto {
    return { items: this.templates.list(scope) };
  }

  /** Makes a journey of one, switched on unless `activate` is false; from then on it is the shop's own to edit. */
  @Post('journeys/from-template')
  @Idempotent()
  @Permit('journeys.run')
  @Answers(201, JourneyDto)
  async use(@CurrentScope() scope: Scope, @Body() body: UseTemplateDto): Promise<JourneyDto> {
    return shownJourney(await this.templates.use(scope, body));
  }
}
