import { setTimeout as pause } from 'node:timers/promises';
import { ApiError } from '../../apps/standalone/api-client.js';

const AGAIN_AFTER_MS = 100;
const PATIENCE_MS = 120_000;

/**
 * Asks again where nobody answered or a server failed, as an integrator's program would; the request must be one that may
 * be made twice. @throws what a refusal throws, and what goes wrong still after two minutes
 */
export async function insist<T>(request: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (isRefusal(error) || performance.now() > deadline) throw error;
      await pause(AGAIN_AFTER_MS);
    }
  }
}

function isRefusal(error: unknown): boolean {
  if (error instanceof ApiError) return error.status < 500;
  // What fetch throws where it hears nothing; by its name, because specs live in another realm.
  return (error as Error).name !== 'TypeError';
}
