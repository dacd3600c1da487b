import { Module } from '@nestjs/common';
import { AttemptsModule } from '../../attempts/attempts.module.js';
import { ConsentsRepository } from './consents.repository.js';
import { Consents } from './consents.service.js';

@Module({ imports: [AttemptsModule], providers: [Consents, ConsentsRepository], exports: [Consents] })
export class ConsentsModule {}
