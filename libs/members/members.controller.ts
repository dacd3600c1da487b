import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { Answers, CurrentScope, ExternalId, Idempotent, Permit } from '#http';
import type { Scope } from '#kernel';
import { MemberDto, ProfileBatchAnswer } from './profiles/member.dto.js';
import { ProfileBatchDto, ProfileDto } from './profiles/profile.dto.js';
import { Profiles } from './profiles/profiles.service.js';

@Controller('v1/members')
export class MembersController {
  constructor(private readonly profiles: Profiles) {}

  @Post('batch')
  @HttpCode(200)
  @Idempotent()
  @Permit('members.write')
  @Answers(200, ProfileBatchAnswer)
  putMany(@CurrentScope() scope: Scope, @Body() { members }: ProfileBatchDto): Promise<ProfileBatchAnswer> {
    return this.profiles.putMany(scope, members);
  }

  @Put(':externalId')
  @Permit('members.write')
  @Answers(200, MemberDto)
  put(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Body() profile: ProfileDto,
  ): Promise<MemberDto> {
    return this.profiles.put(scope, externalId, profile);
  }

  @Get(':externalId')
  @Permit('members.read')
  @Answers(200, MemberDto)
  get(@CurrentScope() scope: Scope, @Param('externalId', ExternalId) externalId: string): Promise<MemberDto> {
    return this.profiles.get(scope, externalId);
  }
}
