import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '#config';
import { createHttpApp } from '#http';
import type { Clock } from '#kernel';
import { AppModule } from './app.module.js';

/** The API, ready to listen. */
export function createApi(config: Config, clock?: Clock): Promise<NestFastifyApplication> {
  return createHttpApp(AppModule.forRoot(config, clock), config);
}
