import { Controller, Get, Param } from '@nestjs/common';
import { Answers, CurrentScope, Permit, uuidOf } from '#http';
import type { Scope } from '#kernel';
import { CampaignStatisticsDto } from './statistics.dto.js';
import { CampaignStatistics } from './statistics.service.js';

@Controller('v1/campaigns/:id')
export class StatisticsController {
  constructor(private readonly statistics: CampaignStatistics) {}

  /** How people took to it, as LINE tells it from the day after on; below 20 people it tells null. */
  @Get('statistics')
  @Permit('campaigns.read')
  @Answers(200, CampaignStatisticsDto)
  get(@CurrentScope() scope: Scope, @Param('id', uuidOf('campaign')) id: string): Promise<CampaignStatisticsDto> {
    return this.statistics.get(scope, id);
  }
}
