import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/**
 * Waits until something about the outside has become true.
 * @returns after how many milliseconds it was
 * @throws Error once the deadline has passed, naming what did not happen
 */
export async function eventually(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<number> {
  const started = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - started > withinMs) throw new Error(`Not within ${withinMs} ms: ${what}.`);
    await pause(LOOK_EVERY_MS);
  }
  return Math.round(performance.now() - started);
}
