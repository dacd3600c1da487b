export { CLOCK, ConfigModule } from './config.module.js';
export { Config } from './config.js';
export { environmentExample } from './environment-example.js';
export { ConfigError, environment, loadConfig, type Environment } from './load-config.js';
