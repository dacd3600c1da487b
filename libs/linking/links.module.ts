import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { MembersModule } from '#members';
import { LinkConsequences } from './link-consequences.service.js';
import { LinkRow } from './link.entity.js';
import { LinksRepository } from './links.repository.js';
import { Links } from './links.service.js';
import { MemberTracesRepository } from './member-traces.repository.js';
import { RecognisedVisitors } from './recognised-visitors.service.js';
import { TieKeeper } from './tie-keeper.service.js';
import { LoginGrantRow } from './unlink/login-grant.entity.js';
import { LoginGrantsRepository } from './unlink/login-grants.repository.js';
import { LoginGrants } from './unlink/login-grants.service.js';

/** The links themselves, below every way of making and ending one. */
@Module({
  imports: [TypeOrmModule.forFeature([LinkRow, LoginGrantRow]), AuditModule, ChannelsModule, MembersModule],
  providers: [
    ...[Links, LinksRepository, LinkConsequences, MemberTracesRepository],
    ...[LoginGrants, LoginGrantsRepository, RecognisedVisitors, TieKeeper],
  ],
  exports: [
    Links,
    LinksRepository,
    LinkConsequences,
    LoginGrants,
    LoginGrantsRepository,
    RecognisedVisitors,
    TieKeeper,
  ],
})
export class LinksModule {}
