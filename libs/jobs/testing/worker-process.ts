import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { environment } from '#config';
import { Errands } from './errands.js';
import { ErrandsApp } from './errands-app.js';

/**
 * A worker of its own process, to be killed. It prints `working` when it works and `at NOTE` when it has come to a note;
 * at a note that begins with "never" it stays.
 */
const { DATABASE_URL: databaseUrl = '', QUEUE_URL: queueUrl, QUEUE_PREFIX: prefix = '' } = environment();
const options = { databaseUrl, queueUrl: queueUrl || undefined, prefix, work: true };
const worker = await NestFactory.createApplicationContext(ErrandsApp.forRoot(options), { logger: ['warn', 'error'] });
worker.get(Errands).during = async (note) => {
  process.stdout.write(`at ${note}\n`);
  if (note.startsWith('never')) await new Promise(() => undefined);
};
worker.enableShutdownHooks();
process.stdout.write('working\n');
