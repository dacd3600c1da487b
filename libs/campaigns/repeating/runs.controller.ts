import { Controller, Get, Param, Query } from '@nestjs/common';
import { Answers, CurrentScope, decodeCursor, PageQuery, Permit, toPage, uuidOf, type Page } from '#http';
import type { Scope } from '#kernel';
import { CampaignRuns, type RunWithTotals } from './campaign-runs.service.js';
import { CampaignRunDto } from './runs.dto.js';

@Controller('v1/campaigns/:id/runs')
export class CampaignRunsController {
  constructor(private readonly runs: CampaignRuns) {}

  /** What became of each time a campaign came back, the newest first. */
  @Get()
  @Permit('campaigns.read')
  @Answers(200, CampaignRunDto, { page: true })
  async list(
    @CurrentScope() scope: Scope,
    @Param('id', uuidOf('campaign')) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<CampaignRunDto>> {
    const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'instant');
    const rows = await this.runs.list(scope, id, query.limit + 1, before);
    return toPage(rows, query.limit, shown, ({ occursAt }) => [occursAt.toISOString()]);
  }
}

function shown({ sendId, ...run }: RunWithTotals): CampaignRunDto {
  return { id: sendId, ...run };
}
