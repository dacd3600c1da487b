import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { Answers, CurrentScope, decodeCursor, Idempotent, Permit, toPage, uuidOf, type Page } from '#http';
import { parse, type Scope } from '#kernel';
import { CampaignControl } from './campaign-control.service.js';
import { CampaignSchedule } from './campaign-schedule.service.js';
import {
  CampaignDto,
  CampaignsQuery,
  CreateCampaignDto,
  ScheduleCampaignDto,
  UpdateCampaignDto,
} from './campaigns.dto.js';
import { Campaigns, type CampaignWithTotals } from './campaigns.service.js';
import { CampaignTests } from './testers/campaign-tests.service.js';
import { CampaignTestDto, TestCampaignDto } from './testers/testers.dto.js';
import { optionsWith } from './options/campaign-options.js';

const CampaignId = uuidOf('campaign');

@Controller('v1/campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly schedules: CampaignSchedule,
    private readonly control: CampaignControl,
    private readonly tests: CampaignTests,
  ) {}

  @Post()
  @Idempotent()
  @Permit('campaigns.write')
  @Answers(201, CampaignDto)
  async create(@CurrentScope() scope: Scope, @Body() body: CreateCampaignDto): Promise<CampaignDto> {
    return shown(await this.campaigns.create(scope, body));
  }

  /** The newest first. */
  @Get()
  @Permit('campaigns.read')
  @Answers(200, CampaignDto, { page: true })
  async list(@CurrentScope() scope: Scope, @Query() query: CampaignsQuery): Promise<Page<CampaignDto>> {
    const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'uuid');
    const rows = await this.campaigns.list(scope, { limit: query.limit + 1, before, only: query.state });
    return toPage(rows, query.limit, shown, ({ id }) => [id]);
  }

  @Get(':id')
  @Permit('campaigns.read')
  @Answers(200, CampaignDto)
  async get(@CurrentScope() scope: Scope, @Param('id', CampaignId) id: string): Promise<CampaignDto> {
    return shown(await this.campaigns.get(scope, id));
  }

  /** Changes a draft. */
  @Patch(':id')
  @Permit('campaigns.write')
  @Answers(200, CampaignDto)
  async update(
    @CurrentScope() scope: Scope,
    @Param('id', CampaignId) id: string,
    @Body() body: UpdateCampaignDto,
  ): Promise<CampaignDto> {
    return shown(await this.campaigns.update(scope, id, body));
  }

  /** Deletes a draft. */
  @Delete(':id')
  @HttpCode(204)
  @Permit('campaigns.write')
  async delete(@CurrentScope() scope: Scope, @Param('id', CampaignId) id: string): Promise<void> {
    await this.campaigns.delete(scope, id);
  }

  /** Sends it at `sendAt`, or at the draft's own, or now. */
  @Post(':id/schedule')
  @HttpCode(200)
  @Idempotent()
  @Permit('campaigns.send')
  @Answers(200, CampaignDto)
  async schedule(
    @CurrentScope() scope: Scope,
    @Param('id', CampaignId) id: string,
    @Body() body?: object,
  ): Promise<CampaignDto> {
    // Without a body it is now, which is why the body has no class of its own here.
    const { sendAt } = parse(ScheduleCampaignDto, body ?? {});
    return shown(await this.schedules.schedule(scope, id, sendAt));
  }

  /** Takes a scheduled one back, as long as nothing has begun to leave: it is a draft again. */
  @Post(':id/undo')
  @HttpCode(200)
  @Permit('campaigns.send')
  @Answers(200, CampaignDto)
  async undo(@CurrentScope() scope: Scope, @Param('id', CampaignId) id: string): Promise<CampaignDto> {
    return shown(await this.schedules.undo(scope, id));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Permit('campaigns.send')
  @Answers(200, CampaignDto)
  async pause(@CurrentScope() scope: Scope, @Param('id', CampaignId) id: string): Promise<CampaignDto> {
    return shown(await this.control.pause(scope, id));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Permit('campaigns.send')
  @Answers(200, CampaignDto)
  async resume(@CurrentScope() scope: Scope, @Param('id', CampaignId) id: string): Promise<CampaignDto> {
    return shown(await this.control.resume(scope, id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Permit('campaigns.send')
  @Answers(200, CampaignDto)
  async cancel(@CurrentScope() scope: Scope, @Param('id', CampaignId) id: string): Promise<CampaignDto> {
    return shown(await this.control.cancel(scope, id));
  }

  /** Sends its messages, marked as a test, to a few people now; see them with `GET …/recipients?testId=`. */
  @Post(':id/test')
  @HttpCode(202)
  @Idempotent()
  @Permit('campaigns.send')
  @Answers(202, CampaignTestDto)
  test(
    @CurrentScope() scope: Scope,
    @Param('id', CampaignId) id: string,
    @Body() body?: object,
  ): Promise<CampaignTestDto> {
    // Without a body it goes to the testers, which is why the body has no class of its own here.
    return this.tests.send(scope, id, parse(TestCampaignDto, body ?? {}));
  }
}

/** A campaign as it is told. */
export function shown({
  sendId: _,
  segmentIds,
  excludeSegmentIds,
  options,
  ...campaign
}: CampaignWithTotals): CampaignDto {
  return {
    ...campaign,
    ...optionsWith(options, {}),
    variants: campaign.variants && campaign.variants.map((one) => ({ ...one, messages: [...one.messages] })),
    segmentIds: segmentIds && [...segmentIds],
    excludeSegmentIds: [...excludeSegmentIds],
    messages: [...campaign.messages],
  };
}
