import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Cipher, SystemClock, type Clock } from '#kernel';
import { Config } from './config.js';

/** Injection token of the `Clock`. */
export const CLOCK = Symbol('CLOCK');

/** Gives every lib the same `Config`, `CLOCK` and `Cipher`. */
@Global()
@Module({})
export class ConfigModule {
  /** @param clock another one than the system's, in tests and simulations */
  static forRoot(config: Config, clock: Clock = new SystemClock()): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: Config, useValue: config },
        { provide: CLOCK, useValue: clock },
        { provide: Cipher, useFactory: () => Cipher.fromText(config.encryptionKeys) },
      ],
      exports: [Config, CLOCK, Cipher],
    };
  }
}
