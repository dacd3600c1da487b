import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Config, ConfigModule } from '#config';
import { DatabaseModule } from '#database';
import { createHttpApp, HttpModule, LogModule } from '#http';
import { JobsModule } from '#jobs';
import { VirtualClock, type Scope } from '#kernel';
import { Workspaces, WorkspacesHttpModule, type CreateWorkspaceDto } from '#workspaces';
import { createTestDatabase } from './test-database.js';
import { testScope } from './test-scope.js';

export interface TestAppOptions {
  /** `…HttpModule`s (and `…JobsModule`s, for `drainJobs`) under test; those of workspaces are there already. */
  imports?: (Type | DynamicModule)[];
  clock?: VirtualClock;
  config?: Partial<Config>;
}

export interface TestAnswer {
  status: number;
  /** Parsed; undefined where there is none. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- read as JSON; expect() is there to find out what it is
  body: any;
  headers: Record<string, unknown>;
}

export interface TestRequest {
  body?: unknown;
  /** An API key; default: one of the first workspace with every permit. `null` sends none. */
  key?: string | null;
  headers?: Record<string, string>;
}

/** A tenant to act as. */
export interface TestWorkspace {
  scope: Scope & { clock: VirtualClock };
  key: string;
}

/** An API of a few modules on a database of its own, with a workspace and a key that has every permit. */
export interface TestApp extends TestWorkspace {
  nest: NestFastifyApplication;
  config: Config;
  /** `postgres://…` as the superuser, to look behind the curtain. */
  ownerUrl: string;
  get<T>(provider: Type<T> | (abstract new (...args: never[]) => T)): T;
  request(method: string, url: string, request?: TestRequest): Promise<TestAnswer>;
  workspace(settings?: Partial<CreateWorkspaceDto>): Promise<TestWorkspace>;
  close(): Promise<void>;
}

export const TEST_ADMIN_KEY = 'test-admin-key-of-forty-characters-00000';

export async function createTestApp({ imports = [], clock, config: settings }: TestAppOptions = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const time = clock ?? testScope().clock;
  const config = Object.assign(testConfig(database.url), settings);
  const nest = await createHttpApp(rootModule(config, time, imports), config);
  await nest.init();
  await nest.getHttpAdapter().getInstance().ready();
  const workspace = async (given: Parameters<TestApp['workspace']>[0]): Promise<TestWorkspace> => {
    const wanted = { name: 'Test', timeZone: 'Asia/Tokyo', currency: 'JPY', ...given };
    const scope = testScope({ clock: time, timeZone: wanted.timeZone, currency: wanted.currency });
    const { apiKey } = await nest.get(Workspaces).create(scope, wanted);
    return { scope, key: apiKey };
  };
  const first = await workspace({});
  return {
    ...first,
    nest,
    config,
    ownerUrl: database.ownerUrl,
    get: (provider) => nest.get(provider, { strict: false }),
    request: (method, url, request = {}) => send(nest, first.key, { method, url, ...request }),
    workspace,
    close: async () => {
      await nest.close();
      await database.drop();
    },
  };
}

function testConfig(databaseUrl: string): Config {
  return Object.assign(new Config(), {
    databaseUrl,
    databasePoolSize: 5,
    adminKey: TEST_ADMIN_KEY,
    encryptionKeys: `test:${Buffer.alloc(32, 1).toString('base64')}`,
    logLevel: 'fatal',
    rateLimitPerMinute: 0,
  });
}

@Module({})
class TestAppModule {}

function rootModule(config: Config, clock: VirtualClock, imports: (Type | DynamicModule)[]): DynamicModule {
  const { databaseUrl, databasePoolSize: poolSize, queueUrl, queuePrefix: prefix } = config;
  return {
    module: TestAppModule,
    imports: [
      ConfigModule.forRoot(config, clock),
      LogModule.forRoot(config),
      DatabaseModule.forRoot({ url: databaseUrl, poolSize }),
      JobsModule.forRoot({ queueUrl, databaseUrl, prefix, work: false }),
      HttpModule,
      WorkspacesHttpModule,
      ...imports,
    ],
  };
}

async function send(
  nest: NestFastifyApplication,
  firstKey: string,
  { method, url, body, key = firstKey, headers }: TestRequest & { method: string; url: string },
): Promise<TestAnswer> {
  const answer = await nest.inject({
    method: method as 'GET',
    url,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.body ? answer.json() : undefined, headers: answer.headers };
}
