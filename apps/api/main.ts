import { ConfigError, loadConfig } from '#config';
import { createApi } from './create-api.js';

try {
  const config = loadConfig();
  const api = await createApi(config);
  api.enableShutdownHooks();
  await api.listen(config.port, config.host);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
