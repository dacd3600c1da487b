import { Module, type DynamicModule } from '@nestjs/common';
import { AutomationsHttpModule, SimulationHttpModule } from '#automations';
import { CampaignsHttpModule } from '#campaigns';
import { ChannelsHttpModule } from '#channels';
import { ConfigModule, type Config } from '#config';
import { DatabaseModule } from '#database';
import { DeliveryHttpModule } from '#delivery';
import { EventsHttpModule } from '#events';
import { HttpModule, LogModule, OpenApiModule } from '#http';
import { JobsModule } from '#jobs';
import type { Clock } from '#kernel';
import { LinkingHttpModule } from '#linking';
import { MembersHttpModule } from '#members';
import { ProductsHttpModule } from '#products';
import { RichMenusHttpModule } from '#rich-menus';
import { SegmentsHttpModule } from '#segments';
import { TrackingHttpModule } from '#tracking';
import { WorkspacesHttpModule } from '#workspaces';

/** The features of the API, lowest floor first. */
export const features = [
  WorkspacesHttpModule,
  ChannelsHttpModule,
  MembersHttpModule,
  LinkingHttpModule,
  EventsHttpModule,
  ProductsHttpModule,
  SegmentsHttpModule,
  DeliveryHttpModule,
  CampaignsHttpModule,
  AutomationsHttpModule,
  SimulationHttpModule,
  RichMenusHttpModule,
  TrackingHttpModule,
];

@Module({})
export class AppModule {
  static forRoot(config: Config, clock?: Clock): DynamicModule {
    const { databaseUrl, databasePoolSize, queueUrl, queuePrefix } = config;
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config, clock),
        LogModule.forRoot(config),
        DatabaseModule.forRoot({ url: databaseUrl, poolSize: databasePoolSize }),
        JobsModule.forRoot({ queueUrl, databaseUrl, prefix: queuePrefix, work: false }),
        HttpModule,
        OpenApiModule.forRoot(features),
        ...features,
      ],
    };
  }
}
