import { LineUnreachable, type LineAnswer } from './line-transport.js';

/** The SDK hands our transport's answer back as its `httpResponse`. */
export async function outcome<T>(
  call: Promise<{ httpResponse: unknown }>,
  meaning: (answer: LineAnswer) => T,
): Promise<T | { kind: 'unknown'; error: string }> {
  let answer: LineAnswer;
  try {
    answer = (await call).httpResponse as LineAnswer;
  } catch (error) {
    if (error instanceof LineUnreachable) return { kind: 'unknown', error: error.message };
    throw error;
  }
  return meaning(answer);
}
