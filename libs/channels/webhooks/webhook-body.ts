import { invalid } from '#kernel';

/** JSON that nests too deeply to be written again needs more bytes than this; LINE's events are far smaller. */
const SURELY_WRITABLE_BYTES = 4_000;

/**
 * Whether a body has anything to be read. Nothing that LINE may ever send is refused for its content: unknown types and
 * odd values are kept, and read leniently later.
 * @param body the parsed body
 * @param bytes its length
 * @throws AppError 400 where there is no list of events
 */
export function hasEvents(body: unknown, bytes: number): boolean {
  const events = typeof body === 'object' && body !== null ? (body as { events?: unknown }).events : undefined;
  if (!Array.isArray(events)) throw invalid([{ path: '/events', detail: 'must be a list' }]);
  if (bytes > SURELY_WRITABLE_BYTES) assertWritable(events);
  return events.length > 0;
}

/** Writing JSON recurses where reading it does not. */
function assertWritable(events: unknown[]): void {
  try {
    JSON.stringify(events);
  } catch (error) {
    if (error instanceof RangeError) throw invalid([{ path: '/events', detail: 'is nested too deeply' }]);
    throw error;
  }
}
