import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import type { Config } from '#config';
import { WorkerModule } from './worker.module.js';

/** A worker that runs jobs from the moment this returns until it is closed. */
export async function createWorker(config: Config): Promise<INestApplicationContext> {
  const worker = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), {
    bufferLogs: true,
    // Who starts it says what went wrong, and ends what else was started.
    abortOnError: false,
  });
  worker.useLogger(worker.get(Logger));
  return worker;
}
