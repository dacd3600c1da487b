import { Controller, Get, Query } from '@nestjs/common';
import { Answers, CurrentScope, Permit, type Page } from '#http';
import type { Scope } from '#kernel';
import { FoundMemberDto, MemberSearchQuery } from './member-search.dto.js';
import { MemberSearch } from './member-search.service.js';

@Controller('v1/members')
export class MemberSearchController {
  constructor(private readonly members: MemberSearch) {}

  /** In a fixed order: of the external id with `q`, else of the link's date where a link is asked for. */
  @Get()
  @Permit('members.read')
  @Answers(200, FoundMemberDto, { page: true })
  search(@CurrentScope() scope: Scope, @Query() query: MemberSearchQuery): Promise<Page<FoundMemberDto>> {
    return this.members.search(scope, query);
  }
}
