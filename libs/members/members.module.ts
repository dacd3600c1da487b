import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MemberRow } from './member.entity.js';
import { MembersController } from './members.controller.js';
import { MembersRepository } from './members.repository.js';
import { Members } from './members.service.js';
import { MemberProfileRow } from './profiles/member-profile.entity.js';
import { MemberTagRow } from './profiles/member-tag.entity.js';
import { MemberTagsRepository } from './profiles/member-tags.repository.js';
import { MemberTags } from './profiles/member-tags.service.js';
import { ProfilesRepository } from './profiles/profiles.repository.js';
import { Profiles } from './profiles/profiles.service.js';
import { RankChangeRow } from './profiles/rank-change.entity.js';
import { MemberSummaries } from './summaries/member-summaries.repository.js';

@Module({
  imports: [TypeOrmModule.forFeature([MemberRow, MemberProfileRow, MemberTagRow, RankChangeRow])],
  providers: [
    Members,
    MembersRepository,
    MemberTags,
    MemberTagsRepository,
    Profiles,
    ProfilesRepository,
    MemberSummaries,
  ],
  exports: [Members, MemberTags, Profiles, MemberSummaries],
})
export class MembersModule {}

@Module({ imports: [MembersModule], controllers: [MembersController] })
export class MembersHttpModule {}
