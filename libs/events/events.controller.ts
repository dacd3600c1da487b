import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Answers, CurrentScope, Idempotent, Permit } from '#http';
import type { Scope } from '#kernel';
import { EventBatchAnswer, EventBatchDto } from './events.dto.js';
import { Events } from './events.service.js';

@Controller('v1/events')
export class EventsController {
  constructor(private readonly events: Events) {}

  @Post()
  @HttpCode(202)
  @Idempotent()
  @Permit('events.write')
  @Answers(202, EventBatchAnswer)
  post(@CurrentScope() scope: Scope, @Body() { events }: EventBatchDto): Promise<EventBatchAnswer> {
    return this.events.post(scope, events);
  }
}
