import { Body, Controller, Get, Put } from '@nestjs/common';
import { Answers, CurrentScope, Permit } from '#http';
import type { Scope } from '#kernel';
import { TestersDto } from './testers.dto.js';
import { CampaignTesters } from './testers.service.js';

@Controller('v1/testers')
export class TestersController {
  constructor(private readonly testers: CampaignTesters) {}

  /** Who gets the tests of campaigns where nobody is named. */
  @Get()
  @Permit('campaigns.read')
  @Answers(200, TestersDto)
  get(@CurrentScope() scope: Scope): Promise<TestersDto> {
    return this.testers.get(scope);
  }

  /** Takes the place of those there were. */
  @Put()
  @Permit('campaigns.write')
  @Answers(200, TestersDto)
  replace(@CurrentScope() scope: Scope, @Body() body: TestersDto): Promise<TestersDto> {
    return this.testers.replace(scope, body);
  }
}
