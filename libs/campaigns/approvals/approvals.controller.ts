import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Answers, CurrentScope, Permit, uuidOf } from '#http';
import { parse, type Scope } from '#kernel';
import { CampaignSchedule } from '../campaign-schedule.service.js';
import { shown } from '../campaigns.controller.js';
import { CampaignDto } from '../campaigns.dto.js';
import { ApproveCampaignDto, CampaignApprovalDto } from './approvals.dto.js';

const CampaignId = uuidOf('campaign');
const NOT_ASKED = { people: null, digest: null, askedBy: null, approvedBy: null, approvedAt: null };

@Controller('v1/campaigns/:id')
export class ApprovalsController {
  constructor(private readonly schedules: CampaignSchedule) {}

  /** Lets one leave that waits for it; not for who scheduled it. */
  @Post('approve')
  @HttpCode(200)
  @Permit('campaigns.approve')
  @Answers(200, CampaignDto)
  async approve(
    @CurrentScope() scope: Scope,
    @Param('id', CampaignId) id: string,
    @Body() body?: object,
  ): Promise<CampaignDto> {
    // It needs no body, which is why the body has no class of its own here.
    const { digest } = parse(ApproveCampaignDto, body ?? {});
    return shown(await this.schedules.approve(scope, id, digest));
  }

  /** Whether it needs approval, of what, and who has given it. */
  @Get('approval')
  @Permit('campaigns.read')
  @Answers(200, CampaignApprovalDto)
  async approval(@CurrentScope() scope: Scope, @Param('id', CampaignId) id: string): Promise<CampaignApprovalDto> {
    return (await this.schedules.approval(scope, id)) ?? NOT_ASKED;
  }
}
