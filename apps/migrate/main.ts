import { ConfigError, loadConfig } from '#config';
import { APP_ROLE, migrate } from '#database';
import { prepareQueue } from '#jobs';

/** Brings the database to the current schema and gives the application its login; then ends. */
try {
  const { databaseUrl, databaseOwnerUrl, queueUrl } = loadConfig();
  if (!databaseOwnerUrl) throw new ConfigError('The environment is not complete: DATABASE_OWNER_URL is missing.');
  const { username, password } = new URL(databaseUrl);
  const login = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  const ran = await migrate(databaseOwnerUrl, login);
  if (!queueUrl) await prepareQueue(databaseOwnerUrl, APP_ROLE);
  process.stdout.write(`${ran.length} migrations ran.\n`);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
