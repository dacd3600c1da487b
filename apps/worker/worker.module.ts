import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AutomationsJobsModule } from '#automations';
import { CampaignsJobsModule } from '#campaigns';
import { ChannelsJobsModule } from '#channels';
import { ConfigModule, type Config } from '#config';
import { DatabaseModule } from '#database';
import { DeliveryJobsModule } from '#delivery';
import { LogModule } from '#http';
import { JobsModule } from '#jobs';
import { LinkingJobsModule } from '#linking';
import { ProductsJobsModule } from '#products';
import { RichMenusJobsModule } from '#rich-menus';
import { SegmentsJobsModule } from '#segments';
import { TrackingJobsModule } from '#tracking';

/** Everything that has handlers, in the order of the floors. */
export const jobsModules: Type[] = [
  ChannelsJobsModule,
  LinkingJobsModule,
  ProductsJobsModule,
  SegmentsJobsModule,
  DeliveryJobsModule,
  CampaignsJobsModule,
  AutomationsJobsModule,
  RichMenusJobsModule,
  TrackingJobsModule,
];

@Module({})
export class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    const { databaseUrl, queueUrl, queuePrefix: prefix } = config;
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot(config),
        LogModule.forRoot(config),
        DatabaseModule.forRoot({ url: databaseUrl, poolSize: config.databasePoolSize }),
        JobsModule.forRoot({ databaseUrl, queueUrl, prefix, work: true }),
        ...jobsModules,
      ],
    };
  }
}
