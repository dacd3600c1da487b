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
          extra: { max: options.poolSize, pipeline: true },
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
