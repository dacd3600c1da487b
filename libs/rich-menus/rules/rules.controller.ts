import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { Answers, CurrentScope, ExternalId, Permit, uuidOf } from '#http';
import type { Scope } from '#kernel';
import { MemberMenus } from '../assignments/member-menus.service.js';
import { MemberMenusAnswer, MemberMenusQuery, MenuRulesAnswer, MenuRulesDto } from './rules.dto.js';
import { MenuRules } from './rules.service.js';

const ChannelId = uuidOf('channel');

@Controller('v1')
export class MenuRulesController {
  constructor(
    private readonly rules: MenuRules,
    private readonly members: MemberMenus,
  ) {}

  @Get('channels/:id/rich-menu-rules')
  @Permit('rich-menus.read')
  @Answers(200, MenuRulesAnswer)
  get(@CurrentScope() scope: Scope, @Param('id', ChannelId) channelId: string): Promise<MenuRulesAnswer> {
    return this.rules.get(scope, channelId);
  }

  /** Replaces them; people see it within seconds. */
  @Put('channels/:id/rich-menu-rules')
  @Permit('rich-menus.write')
  @Answers(200, MenuRulesAnswer)
  put(
    @CurrentScope() scope: Scope,
    @Param('id', ChannelId) channelId: string,
    @Body() body: MenuRulesDto,
  ): Promise<MenuRulesAnswer> {
    return this.rules.put(scope, channelId, body);
  }

  /** Which menu a member's LINE users see, why, and whether LINE has it yet. */
  @Get('members/:externalId/rich-menu')
  @Permit('rich-menus.read')
  @Answers(200, MemberMenusAnswer)
  ofMember(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Query() { channelId }: MemberMenusQuery,
  ): Promise<MemberMenusAnswer> {
    return this.members.ofMember(scope, externalId, channelId);
  }
}
