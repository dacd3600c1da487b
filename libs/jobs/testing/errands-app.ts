import { Module, type DynamicModule } from '@nestjs/common';
import { Config, ConfigModule } from '#config';
import { DatabaseModule } from '#database';
import type { Clock } from '#kernel';
import { JobsModule, type JobsOptions } from '../jobs.module.js';
import { Errands } from './errands.js';
import { NotesRepository } from './notes.repository.js';

const encryptionKeys = `spec:${Buffer.alloc(32).toString('base64')}`;

/** A process that knows the errands, and nothing else of the product. */
@Module({})
export class ErrandsApp {
  static forRoot(options: JobsOptions & { clock?: Clock; poolSize?: number }): DynamicModule {
    return {
      module: ErrandsApp,
      imports: [
        ConfigModule.forRoot(Object.assign(new Config(), { encryptionKeys }), options.clock),
        DatabaseModule.forRoot({ url: options.databaseUrl, poolSize: options.poolSize ?? 10 }),
        JobsModule.forRoot(options),
      ],
      providers: [Errands, NotesRepository],
    };
  }
}
