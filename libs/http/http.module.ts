import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HealthController } from './health.controller.js';
import { HealthRepository } from './health.repository.js';
import { IdempotencyKey } from './idempotency-key.entity.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { ProblemFilter } from './problem.filter.js';
import { ScopeGuard } from './scope.guard.js';
import { ValidationPipe } from './validation.pipe.js';

/** Guard, pipe and filter of every route. Needs a global module that provides the `Authenticator`. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyKey])],
  controllers: [HealthController],
  providers: [
    HealthRepository,
    IdempotencyRepository,
    { provide: APP_GUARD, useClass: ScopeGuard },
    { provide: APP_PIPE, useClass: ValidationPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [IdempotencyRepository],
})
export class HttpModule {}
