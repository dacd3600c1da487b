import { Controller, Get, Header, Param, Query, StreamableFile } from '@nestjs/common';
import type { RecipientOutcome } from '#delivery';
import { Answers, CurrentScope, decodeCursor, Permit, toPage, uuidOf, type Page } from '#http';
import type { Scope } from '#kernel';
import { CampaignRecipients, type RecipientsFilter } from './campaign-recipients.service.js';
import { RecipientsFile } from './recipients-file.service.js';
import { CampaignRecipientDto, RecipientsFileQuery, RecipientsQuery } from './recipients.dto.js';

const CampaignId = uuidOf('campaign');

@Controller('v1/campaigns/:id')
export class RecipientsController {
  constructor(
    private readonly recipients: CampaignRecipients,
    private readonly file: RecipientsFile,
  ) {}

  /** What became of each person, in a fixed order. */
  @Get('recipients')
  @Permit('campaigns.read')
  @Answers(200, CampaignRecipientDto, { page: true })
  async list(
    @CurrentScope() scope: Scope,
    @Param('id', CampaignId) id: string,
    @Query() query: RecipientsQuery,
  ): Promise<Page<CampaignRecipientDto>> {
    const { limit, cursor } = query;
    const [page, person] = cursor === undefined ? [] : decodeCursor(cursor, 'integer', 'integer');
    const after = person === undefined ? undefined : { page: Number(page), memberId: person };
    const rows = await this.recipients.list(scope, id, { ...filterOf(query), after, limit: limit + 1 });
    return toPage(rows, limit, shown, (row) => [String(row.page), row.memberId]);
  }

  /** The same as a file for spreadsheets: UTF-8 with a byte order mark, however many they are. */
  @Get('recipients.csv')
  @Permit('campaigns.read')
  @Answers(200)
  @Header('content-type', 'text/csv; charset=utf-8')
  async download(
    @CurrentScope() scope: Scope,
    @Param('id', CampaignId) id: string,
    @Query() query: RecipientsFileQuery,
  ): Promise<StreamableFile> {
    const disposition = `attachment; filename="recipients-${id}.csv"`;
    return new StreamableFile(await this.file.open(scope, id, filterOf(query)), { disposition });
  }
}

function filterOf({ member, memberId, state, reason, variant, testId, runId }: RecipientsFileQuery): RecipientsFilter {
  return { memberId: member ?? memberId, state, reason, variant, testId, runId };
}

function shown({ memberId: _, page: __, externalId, ...outcome }: RecipientOutcome): CampaignRecipientDto {
  return { memberId: externalId, ...outcome };
}
