import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { MembersModule } from '#members';
import { WorkspacesModule } from '#workspaces';
import { LinkRow } from './link.entity.js';
import { LinkingController } from './linking.controller.js';
import { LinkingHandlers } from './linking.handlers.js';
import { LinksRepository } from './links.repository.js';
import { Links } from './links.service.js';
import { LinkTakeover } from './takeover.service.js';
import { TieKeeper } from './tie-keeper.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([LinkRow]), AuditModule, ChannelsModule, MembersModule],
  providers: [Links, LinkTakeover, LinksRepository, TieKeeper],
  exports: [Links, LinkTakeover, TieKeeper],
})
export class LinkingModule {}

@Module({ imports: [LinkingModule], controllers: [LinkingController] })
export class LinkingHttpModule {}

@Module({ imports: [LinkingModule, WorkspacesModule], providers: [LinkingHandlers] })
export class LinkingJobsModule {}
