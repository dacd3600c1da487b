export { bigints, booleans, instants, integers, smallints, texts } from './columns.js';
export { DatabaseModule, type DatabaseOptions } from './database.module.js';
export { Database } from './database.js';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgresOptions,
  type EmbeddedServer,
} from './embedded/embedded-postgres.js';
export { freePort } from './free-port.js';
export { GroupCommit, type GroupCommitOptions } from './group-commit.js';
export { migrate, type AppLogin } from './migrate.js';
export { prepared } from './prepared.js';
export { APP_ROLE } from './row-level-security.js';
export { empty, join, raw, sql, type Sql } from './sql.js';
