import { Module, type DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { Config } from '#config';

/** JSON lines on standard output. Bodies are never logged, nor is what opens a door. */
@Module({})
export class LogModule {
  static forRoot(config: Config): DynamicModule {
    return LoggerModule.forRoot({
      pinoHttp: {
        level: config.logLevel,
        redact: [
          'req.headers.authorization',
          'headers.authorization',
          'authorization',
          'apiKey',
          'secret',
          'accessToken',
          'channelSecret',
        ],
        base: undefined,
      },
      // Requests are logged by a hook of ours; the middleware would cost more than all else of a small request.
      forRoutes: [],
    });
  }
}
