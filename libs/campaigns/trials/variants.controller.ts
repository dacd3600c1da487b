import { Controller, Get, Param } from '@nestjs/common';
import { Answers, CurrentScope, Permit, uuidOf } from '#http';
import type { Scope } from '#kernel';
import { CampaignVariantsDto } from './variants.dto.js';
import { CampaignVariants } from './variants.service.js';

@Controller('v1/campaigns/:id')
export class VariantsController {
  constructor(private readonly variants: CampaignVariants) {}

  /** How its contents did with those who were sent to at once, and what decided what the others get. */
  @Get('variants')
  @Permit('campaigns.read')
  @Answers(200, CampaignVariantsDto)
  get(@CurrentScope() scope: Scope, @Param('id', uuidOf('campaign')) id: string): Promise<CampaignVariantsDto> {
    return this.variants.get(scope, id);
  }
}
