import { Controller, Get, Param } from '@nestjs/common';
import { Answers, CurrentScope, Permit, uuidOf } from '#http';
import type { Scope } from '#kernel';
import { CampaignPrice } from './campaign-price.service.js';
import { CampaignPriceDto } from './price.dto.js';

@Controller('v1/campaigns/:id')
export class PriceController {
  constructor(private readonly price: CampaignPrice) {}

  /** What it would cost now: people, messages, what the quota leaves, what is paid beyond the plan, and what would be cheaper. */
  @Get('price')
  @Permit('campaigns.read')
  @Answers(200, CampaignPriceDto)
  get(@CurrentScope() scope: Scope, @Param('id', uuidOf('campaign')) id: string): Promise<CampaignPriceDto> {
    return this.price.get(scope, id);
  }
}
