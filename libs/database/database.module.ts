import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ClsPluginTransactional } from '@nestjs-cls/transactional';
import { ClsModule } from 'nestjs-cls';
import { Database } from './database.js';
import { WorkspaceTransactions } from './workspace-transactions.js';

export interface DatabaseOptions {
  /** `postgres://…` of the application's role, never of the owner. */
  url: string;
  /** Most connections of this process. */
  poolSize: number;
}

/**
 * Of every connection. Compiling to machine code takes longer than it saves in statements of less than a second; and what
 * is remembered of look-ups by key is never asked for again, since each person is looked up once (measured: a tenth of
 * planning).
 */
const SETTINGS = '-c jit=off -c enable_memoize=off';

@Global()
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseOptions): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: options.url,
          autoLoadEntities: true,
          retryAttempts: 0,
          // Statements that are asked for together travel together.
          extra: { max: options.poolSize, pipeline: true, options: SETTINGS },
        }),
        ClsModule.forRoot({
          plugins: [new ClsPluginTransactional({ imports: [TypeOrmModule], adapter: new WorkspaceTransactions() })],
        }),
      ],
      providers: [Database],
      exports: [Database],
    };
  }
}
