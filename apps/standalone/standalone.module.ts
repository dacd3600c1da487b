import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, type Config } from '#config';
import { DatabaseModule } from '#database';
import { HttpModule, LogModule, OpenApiModule } from '#http';
import { JobsModule } from '#jobs';
import { features } from '../api/app.module.js';
import { jobsModules } from '../worker/worker.module.js';

/** The api and a worker in one: the same features, one pool of connections. */
@Module({})
export class StandaloneModule {
  static forRoot(config: Config): DynamicModule {
    const { databaseUrl, databasePoolSize, queueUrl, queuePrefix } = config;
    return {
      module: StandaloneModule,
      imports: [
        ConfigModule.forRoot(config),
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
