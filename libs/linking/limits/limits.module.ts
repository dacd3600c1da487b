import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { GrowingDelays } from './growing-delays.service.js';
import { StartLimits } from './start-limits.service.js';
import { TriedRow } from './tried.entity.js';
import { TriesRepository } from './tries.repository.js';

@Module({
  imports: [TypeOrmModule.forFeature([TriedRow])],
  providers: [GrowingDelays, StartLimits, TriesRepository],
  exports: [GrowingDelays, StartLimits, TriesRepository],
})
export class LimitsModule {}
