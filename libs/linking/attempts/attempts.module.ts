import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { LinksModule } from '../links.module.js';
import { AttemptSecrets } from './attempt-secrets.js';
import { AttemptsRepository } from './attempts.repository.js';
import { Attempts } from './attempts.service.js';
import { LinkAttemptRow } from './link-attempt.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([LinkAttemptRow]), AuditModule, LinksModule],
  providers: [Attempts, AttemptSecrets, AttemptsRepository],
  exports: [Attempts, AttemptSecrets, AttemptsRepository],
})
export class AttemptsModule {}
