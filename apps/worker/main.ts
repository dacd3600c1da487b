import { ConfigError, loadConfig } from '#config';
import { JobFigures } from '#jobs';
import { createStatusServer } from './status-server.js';
import { createWorker } from './create-worker.js';

/** After the grace period that running handlers get; before orchestrators kill, which is after 30 s. */
const LEAVE_AFTER_MS = 28_000;

/** A worker of the server profile. `PORT` is where it answers `/healthz` and `/metrics`. */
try {
  const config = loadConfig();
  const worker = await createWorker(config);
  const status = createStatusServer(worker.get(JobFigures));
  status.listen(config.port, config.host);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      status.close();
      setTimeout(() => process.exit(1), LEAVE_AFTER_MS).unref();
    });
  }
  worker.enableShutdownHooks();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
