import { Body, Controller, Param, Post } from '@nestjs/common';
import { Answers, CurrentScope, Idempotent, Permit, uuidOf } from '#http';
import { parse, type Scope } from '#kernel';
import { CampaignCopies } from './campaign-copies.service.js';
import { shown } from './campaigns.controller.js';
import { CampaignDto, DuplicateCampaignDto, ResendCampaignDto } from './campaigns.dto.js';

const CampaignId = uuidOf('campaign');

@Controller('v1/campaigns/:id')
export class CampaignCopiesController {
  constructor(private readonly copies: CampaignCopies) {}

  /** A draft of the same, without a date. */
  @Post('duplicate')
  @Idempotent()
  @Permit('campaigns.write')
  @Answers(201, CampaignDto)
  async duplicate(
    @CurrentScope() scope: Scope,
    @Param('id', CampaignId) id: string,
    @Body() body?: object,
  ): Promise<CampaignDto> {
    // It needs no body, which is why the body has no class of its own here.
    const { name } = parse(DuplicateCampaignDto, body ?? {});
    return shown(await this.copies.duplicate(scope, id, name));
  }

  /** A draft of the same for those who were skipped, for reasons that may have gone by now. */
  @Post('resend')
  @Idempotent()
  @Permit('campaigns.write')
  @Answers(201, CampaignDto)
  async resend(
    @CurrentScope() scope: Scope,
    @Param('id', CampaignId) id: string,
    @Body() body: ResendCampaignDto,
  ): Promise<CampaignDto> {
    return shown(await this.copies.resend(scope, id, body));
  }
}
