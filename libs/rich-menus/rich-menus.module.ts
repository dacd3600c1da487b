import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { AutomationsModule } from '#automations';
import { ChannelsModule } from '#channels';
import { MembersModule } from '#members';
import { SegmentsModule } from '#segments';
import { WorkspacesModule } from '#workspaces';
import { MenuAssignmentRow } from './assignments/assignment.entity.js';
import { JudgingRepository } from './assignments/judging.repository.js';
import { Judging } from './assignments/judging.service.js';
import { MemberMenusRepository } from './assignments/member-menus.repository.js';
import { MemberMenus } from './assignments/member-menus.service.js';
import { MenuDecisions } from './assignments/menu-decisions.service.js';
import { TabTaps } from './assignments/tab-taps.service.js';
import { RichMenuCheck } from './checks/rich-menu-check.js';
import { ShownMenusRepository } from './checks/shown-menus.repository.js';
import { JourneyMenus } from './choices/journey-menus.js';
import { MenuChoiceRow } from './choices/menu-choice.entity.js';
import { MenuChoicesRepository } from './choices/menu-choices.repository.js';
import { MenuChoices } from './choices/menu-choices.service.js';
import { RichMenuBulkRow } from './convergence/bulk.entity.js';
import { BulksRepository } from './convergence/bulks.repository.js';
import { Bulks } from './convergence/bulks.service.js';
import { RichMenuCallRow } from './convergence/call.entity.js';
import { ChannelStateRepository } from './convergence/channel-state.repository.js';
import { Comparing } from './convergence/comparing.service.js';
import { MenusDrain } from './convergence/drain.service.js';
import { Looking } from './convergence/looking.service.js';
import { MenusTurn } from './convergence/menus-turn.service.js';
import { PeopleRepository } from './convergence/people.repository.js';
import { People } from './convergence/people.service.js';
import { Publishing } from './convergence/publishing.service.js';
import { Retiring } from './convergence/retiring.service.js';
import { Slices } from './convergence/slices.service.js';
import { SweepingRepository } from './convergence/sweeping.repository.js';
import { Sweeping } from './convergence/sweeping.service.js';
import { VersionsRepository } from './convergence/versions.repository.js';
import { MenusWakingRepository } from './convergence/waking.repository.js';
import { MenusWaking } from './convergence/waking.service.js';
import { ImageBodies } from './menus/image-bodies.js';
import { RichMenuAliasRow, RichMenuRow, RichMenuVersionRow } from './menus/menu.entity.js';
import { MenusController } from './menus/menus.controller.js';
import { MenusRepository } from './menus/menus.repository.js';
import { Menus } from './menus/menus.service.js';
import { Renderer } from './picture/renderer.js';
import { RichMenusHandlers } from './rich-menus.handlers.js';
import { MenuChannelRow } from './rules/menu-channel.entity.js';
import { MenuChannelsRepository } from './rules/menu-channels.repository.js';
import { MenuChannels } from './rules/menu-channels.service.js';
import { MenuReferrers } from './rules/menu-referrers.js';
import { MenuRulesController } from './rules/rules.controller.js';
import { MenuRuleReferences } from './rules/rule-references.service.js';
import { MenuRules } from './rules/rules.service.js';

const rows = [
  ...[RichMenuRow, RichMenuVersionRow, RichMenuAliasRow, RichMenuBulkRow, RichMenuCallRow],
  ...[MenuAssignmentRow, MenuChannelRow, MenuChoiceRow],
];

/** What menus there are and who should see which. */
@Module({
  imports: [
    ...[AuditModule, AutomationsModule, ChannelsModule, MembersModule, SegmentsModule, WorkspacesModule],
    TypeOrmModule.forFeature(rows),
  ],
  providers: [
    ...[MenusRepository, MenuChannels, MenuChannelsRepository, MenuReferrers],
    ...[JourneyMenus, Judging, JudgingRepository, MenuChoicesRepository],
  ],
  exports: [Judging, JudgingRepository, MenuChannels, MenuChannelsRepository, MenuChoicesRepository, MenusRepository],
})
export class RichMenusModule {}

/** Takes menus and rules, and shows them. */
@Module({
  imports: [AuditModule, ChannelsModule, MembersModule, RichMenusModule, SegmentsModule],
  controllers: [MenusController, MenuRulesController],
  providers: [
    ...[RichMenuCheck, ShownMenusRepository],
    ...[ImageBodies, Menus, Renderer],
    ...[MemberMenus, MemberMenusRepository, MenuDecisions, MenuRuleReferences, MenuRules],
  ],
})
export class RichMenusHttpModule {}

/** Brings LINE to it. */
@Module({
  imports: [AuditModule, ChannelsModule, RichMenusModule, WorkspacesModule],
  providers: [
    ...[RichMenusHandlers, MenusDrain, MenusWaking, MenusWakingRepository, MenusTurn, TabTaps],
    ...[Comparing, Looking, People, PeopleRepository, Publishing, Retiring],
    MenuChoices,
    ...[Bulks, BulksRepository, Slices, Sweeping, SweepingRepository],
    ...[ChannelStateRepository, VersionsRepository],
  ],
  exports: [MenusDrain, MenusWaking],
})
export class RichMenusJobsModule {}
