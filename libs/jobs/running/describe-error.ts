import { AppError } from '#kernel';

const MOST_PLACES = 3;

/** Where the frame stands without the machine's own folders. */
const FRAME = /(?:libs|apps|test|node_modules)\/\S+?:\d+/;

/**
 * An error as it may be kept and logged. A refusal's sentence is written for people and holds nothing personal; of
 * anything else the message may quote a value (`invalid input syntax for type date: "…"`), so its kind, its code and
 * where it was thrown must do.
 */
export function describeError(thrown: unknown): string {
  if (thrown instanceof AppError) return describeRefusal(thrown);
  if (!(thrown instanceof Error)) return `A ${typeof thrown} was thrown.`;
  const { code, constraint } = Object.assign({ code: undefined, constraint: undefined }, thrown) as Details;
  const frames = (thrown.stack ?? '').split('\n').flatMap((line) => FRAME.exec(line)?.[0] ?? []);
  const own = frames.find((frame) => !frame.startsWith('node_modules')) ?? frames[0];
  const parts = [thrown.name, code, constraint, own && `at ${own}`];
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

function describeRefusal({ code, message, extra }: AppError): string {
  const places = (extra.errors ?? []).slice(0, MOST_PLACES).map(({ path, detail }) => `${path} ${detail}`);
  return `${code}: ${[message, ...places].join(' ')}`;
}

interface Details {
  code: string | undefined;
  constraint: string | undefined;
}
