import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { MembersModule } from '#members';
import { WorkspacesModule } from '#workspaces';
import { AnswersRepository } from './answers/answers.repository.js';
import { Questions } from './answers/questions.service.js';
import { Definitions } from './definitions.service.js';
import { Rules } from './rules/rules.service.js';
import { SegmentRow } from './segment.entity.js';
import { SegmentsController } from './segments.controller.js';
import { SegmentsRepository } from './segments.repository.js';
import { Segments } from './segments.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([SegmentRow]), AuditModule, ChannelsModule, MembersModule, WorkspacesModule],
  providers: [Segments, Definitions, Rules, Questions, SegmentsRepository, AnswersRepository],
  exports: [Segments, Definitions],
})
export class SegmentsModule {}

@Module({ imports: [SegmentsModule], controllers: [SegmentsController] })
export class SegmentsHttpModule {}
