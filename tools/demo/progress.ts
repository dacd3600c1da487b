import { setTimeout as pause } from 'node:timers/promises';

/** Shows on a terminal how far a step is; says nothing where the output is not a terminal. */
export interface Progress {
  show(step: string, done: number, of: number): void;
  end(): void;
}

const WIDTH = 30;

export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { show: () => undefined, end: () => undefined };
  let current = '';
  return {
    show(step, done, of) {
      if (current && current !== step) stream.write('\n');
      current = step;
      const share = of > 0 ? Math.min(1, done / of) : 1;
      const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
      stream.write(`\r${bar} ${String(Math.round(share * 100)).padStart(3)} %  ${step}\x1b[K`);
    },
    end() {
      if (current) stream.write('\n');
      current = '';
    },
  };
}

const PATIENCE_MS = 300_000;
const STEP_MS = 100;

/** Asks again and again until it is so. @throws Error naming what was waited for, after five minutes */
export async function waitUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
  if (!(await comesTrue(isSo, PATIENCE_MS))) throw new Error(`Waited five minutes for ${what}.`);
}

/** Asks again and again. @returns whether it was so in time */
export async function comesTrue(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) return false;
    await pause(STEP_MS);
  }
  return true;
}
