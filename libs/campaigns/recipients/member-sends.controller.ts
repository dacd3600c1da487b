import { Controller, Get, Param, Query } from '@nestjs/common';
import { Outcomes, type MemberSend } from '#delivery';
import { Answers, CurrentScope, decodeCursor, ExternalId, PageQuery, Permit, toPage, type Page } from '#http';
import { notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { MemberSendDto } from './member-sends.dto.js';

@Controller('v1/members/:externalId/sends')
export class MemberSendsController {
  constructor(
    private readonly members: Members,
    private readonly outcomes: Outcomes,
  ) {}

  /** What a member was sent, or why not, over all campaigns and journeys; the newest first. */
  @Get()
  @Permit('campaigns.read')
  @Answers(200, MemberSendDto, { page: true })
  async list(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<Page<MemberSendDto>> {
    const [before] = cursor === undefined ? [] : decodeCursor(cursor, 'uuid');
    const memberId = (await this.members.find(scope, [externalId])).get(externalId);
    if (memberId === undefined) throw notFound('member');
    const rows = await this.outcomes.ofMember(scope, memberId, { before, limit: limit + 1 });
    return toPage(rows, limit, shown, ({ sendId }) => [sendId]);
  }
}

function shown({ memberId: _, ...send }: MemberSend): MemberSendDto {
  return send;
}
