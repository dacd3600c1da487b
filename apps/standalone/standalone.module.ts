import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, type Config } from '#config';
import { DatabaseModule } from '#database';
import { HttpModule, LogModule, OpenApiModule } from '#http';
import { JobsModule } from '#jobs';
import type { Clock } from '#kernel';
import { features } from '../api/app.module.js';
import { jobsModules } from '../worker/worker.module.js';

/** The api and a worker in one: the same features, one pool of connections. */
@Module({})
export class StandaloneModule {
  /** @param clock another one than the system's, where time is turned by hand */
  static forRoot(config: Config, clock?: Clock): DynamicModule {
    const { databaseUrl, databasePoolSize, queueUrl, queuePrefix } = config;
    return {
      module: StandaloneModule,
      imports: [
        ConfigModule.forRoot(config, clock),
        LogModule.forRoot(config),
        DatabaseModule.forRoot({ url: databaseUrl, poolSize: databasePoolSize }),
        JobsModule.forRoot({ queueUrl, databaseUrl, prefix: queuePrefix, work: true }),
        HttpModule,
        OpenApiModule.forRoot(features),
        ...features,
        ...jobsModules,
      ],
    };
  }
}
