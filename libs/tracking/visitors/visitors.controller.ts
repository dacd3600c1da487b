import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { IsInt } from 'class-validator';
import { Answers, CurrentScope, Permit } from '#http';
import { IsId, notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { VisitorId } from './visitor-id.js';
import { Visitors } from './visitors.service.js';

class VisitorMemberDto {
  /** The company's own id of the member who has signed in. */
  @IsId() memberId: string;
}

class VisitorTiedDto {
  /** Events of before that are the member's now. */
  @IsInt() events: number;
}

@Controller('v1/visitors')
export class VisitorsController {
  constructor(
    private readonly visitors: Visitors,
    private readonly members: Members,
  ) {}

  /** For the company's server: it knows who has signed in, a browser may claim to be anybody. Again changes nothing. */
  @Post(':visitorId/member')
  @HttpCode(200)
  @Permit('tracking.write')
  @Answers(200, VisitorTiedDto)
  async tie(
    @CurrentScope() scope: Scope,
    @Param('visitorId', VisitorId) visitorId: string,
    @Body() { memberId }: VisitorMemberDto,
  ): Promise<VisitorTiedDto> {
    const id = (await this.members.find(scope, [memberId])).get(memberId);
    if (id === undefined) throw notFound('member');
    return { events: await this.visitors.tie(scope, visitorId, id) };
  }
}
