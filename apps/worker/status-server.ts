import { createServer, type Server } from 'node:http';
import type { JobFigures } from '#jobs';
import { SystemClock } from '#kernel';
import { metricsText } from './metrics-text.js';

/** Five sweeps that should have been. */
const SILENT_MS = 10_000;
const clock = new SystemClock();

/** For the orchestrator and the scraper: `/healthz` and `/metrics`. Nothing on it belongs to a workspace. */
export function createStatusServer(figures: JobFigures): Server {
  const startedAt = clock.now();
  return createServer((request, response) => {
    answer(request.url ?? '', figures, startedAt)
      .catch((error: unknown) => ({ status: 503, body: `${String(error)}\n` }))
      .then(({ status, body }) => response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4' }).end(body))
      .catch((error: unknown) => response.destroy(error as Error));
  });
}

async function answer(path: string, figures: JobFigures, startedAt: Date): Promise<{ status: number; body: string }> {
  if (path === '/metrics') return { status: 200, body: metricsText(await figures.read()) };
  if (path !== '/healthz') return { status: 404, body: 'Here are only /healthz and /metrics.\n' };
  const silentMs = clock.now().getTime() - (figures.sweptAt ?? startedAt).getTime();
  if (silentMs > SILENT_MS)
    return { status: 503, body: 'It does not look for due work: the database does not answer.\n' };
  return { status: 200, body: 'ok\n' };
}
