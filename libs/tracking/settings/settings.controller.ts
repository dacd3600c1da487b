import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { Answers, CurrentScope, Idempotent, Permit } from '#http';
import type { Scope } from '#kernel';
import { TrackingDto, TrackingWriteDto } from './settings.dto.js';
import { TrackingSettingsService } from './settings.service.js';

@Controller('v1/tracking')
export class TrackingSettingsController {
  constructor(private readonly settings: TrackingSettingsService) {}

  @Get()
  @Permit('tracking.read')
  @Answers(200, TrackingDto)
  get(@CurrentScope() scope: Scope): Promise<TrackingDto> {
    return this.settings.get(scope);
  }

  @Put()
  @Permit('tracking.write')
  @Answers(200, TrackingDto)
  put(@CurrentScope() scope: Scope, @Body() body: TrackingWriteDto): Promise<TrackingDto> {
    return this.settings.put(scope, body);
  }

  @Post('key')
  @HttpCode(200)
  @Idempotent()
  @Permit('tracking.write')
  @Answers(200, TrackingDto)
  replaceKey(@CurrentScope() scope: Scope): Promise<TrackingDto> {
    return this.settings.replaceKey(scope);
  }
}
