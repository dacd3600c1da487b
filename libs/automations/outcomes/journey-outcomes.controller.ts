import { Controller, Get, Param, Query } from '@nestjs/common';
import type { OriginRecipient } from '#delivery';
import { Answers, CurrentScope, decodeCursor, Permit, toPage, uuidOf, type Page } from '#http';
import type { Scope } from '#kernel';
import {
  JourneyRecipientDto,
  JourneyRecipientsQuery,
  JourneyTotalsDto,
  JourneyTotalsQuery,
} from './journey-outcomes.dto.js';
import { JourneyOutcomes } from './journey-outcomes.service.js';

const JourneyId = uuidOf('journey');

@Controller('v1/journeys/:id')
export class JourneyOutcomesController {
  constructor(private readonly outcomes: JourneyOutcomes) {}

  /** How many got what it has sent, and how many did not and why. */
  @Get('totals')
  @Permit('journeys.read')
  @Answers(200, JourneyTotalsDto)
  totals(
    @CurrentScope() scope: Scope,
    @Param('id', JourneyId) id: string,
    @Query() query: JourneyTotalsQuery,
  ): Promise<JourneyTotalsDto> {
    return this.outcomes.totals(scope, id, query);
  }

  /** Who they are, the newest send first. */
  @Get('recipients')
  @Permit('journeys.read')
  @Answers(200, JourneyRecipientDto, { page: true })
  async list(
    @CurrentScope() scope: Scope,
    @Param('id', JourneyId) id: string,
    @Query() { state, reason, limit, cursor, ...period }: JourneyRecipientsQuery,
  ): Promise<Page<JourneyRecipientDto>> {
    const [sendId, page, memberId] = cursor === undefined ? [] : decodeCursor(cursor, 'uuid', 'integer', 'integer');
    const after = sendId === undefined ? undefined : { sendId, page: Number(page), memberId: memberId! };
    const rows = await this.outcomes.list(scope, id, period, { state, reason, after, limit: limit + 1 });
    return toPage(rows, limit, shown, (row) => [row.sendId, String(row.page), row.memberId]);
  }
}

function shown({ memberId: _, page: __, externalId, ...outcome }: OriginRecipient): JourneyRecipientDto {
  return { memberId: externalId, ...outcome };
}
