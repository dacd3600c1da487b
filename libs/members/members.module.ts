import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { MemberRow } from './member.entity.js';
import { MembersController } from './members.controller.js';
import { MembersRepository } from './members.repository.js';
import { Members } from './members.service.js';
import { OptOutRow } from './opt-outs/opt-out.entity.js';
import { OptOutsController } from './opt-outs/opt-outs.controller.js';
import { OptOutsRepository } from './opt-outs/opt-outs.repository.js';
import { OptOuts } from './opt-outs/opt-outs.service.js';
import { MemberProfileRow } from './profiles/member-profile.entity.js';
import { MemberTagRow } from './profiles/member-tag.entity.js';
import { MemberTagsRepository } from './profiles/member-tags.repository.js';
import { MemberTags } from './profiles/member-tags.service.js';
import { ProfilesRepository } from './profiles/profiles.repository.js';
import { Profiles } from './profiles/profiles.service.js';
import { RankChangeRow } from './profiles/rank-change.entity.js';
import { MemberSummaries } from './summaries/member-summaries.repository.js';

@Module({
  imports: [
    AuditModule,
    TypeOrmModule.forFeature([MemberRow, MemberProfileRow, MemberTagRow, OptOutRow, RankChangeRow]),
  ],
  providers: [
    Members,
    MembersRepository,
    MemberTags,
    MemberTagsRepository,
    Profiles,
    ProfilesRepository,
    MemberSummaries,
    OptOuts,
    OptOutsRepository,
  ],
  exports: [Members, MemberTags, Profiles, MemberSummaries, OptOuts],
})
export class MembersModule {}

@Module({ imports: [MembersModule], controllers: [MembersController, OptOutsController] })
export class MembersHttpModule {}
