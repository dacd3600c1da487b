import type { Lane } from '../lanes.js';
import type { FactDefinition, JobDefinition, Runs, ScheduleDefinition } from './definitions.js';

export interface SubscriberOptions<P extends object> {
  /** Which subscriber of the fact this is; stays the same when the method is renamed. */
  name: string;
  lane: Lane;
  attempts?: number;
  oneAtATime?: (payload: P) => string;
  runs?: Runs;
}

/** What a decorated method handles. */
export type Handled =
  | { of: JobDefinition<object> }
  | { of: FactDefinition<object>; subscriber: SubscriberOptions<object> }
  | { of: ScheduleDefinition };

/** The method's parameter must fit the payload, or it does not compile. */
type HandlerDecorator<P> = <F extends (payload: P) => unknown>(
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<F>,
) => void;

const handledBy = new WeakMap<object, Handled[]>();

/** The one handler of a job. */
export function HandlesJob<P extends object>(job: JobDefinition<P>): HandlerDecorator<P> {
  return mark({ of: job as unknown as JobDefinition<object> });
}

/** One of a fact's subscribers: it has rows of its own and retries alone. */
export function HandlesFact<P extends object>(
  fact: FactDefinition<P>,
  subscriber: SubscriberOptions<P>,
): HandlerDecorator<P> {
  return mark({
    of: fact as unknown as FactDefinition<object>,
    subscriber: subscriber as unknown as SubscriberOptions<object>,
  });
}

/**
 * The one handler of a schedule. It runs with no transaction open and belongs to no workspace: usually it enqueues a job
 * for each. A process that dies in it runs it again, so it must be safe to run twice.
 */
export function HandlesSchedule(schedule: ScheduleDefinition): HandlerDecorator<void> {
  return mark({ of: schedule });
}

/** What a method has been decorated with. */
export function handledByMethod(method: object): readonly Handled[] {
  return handledBy.get(method) ?? [];
}

function mark(handled: Handled): HandlerDecorator<never> {
  return (_target, _method, descriptor) => {
    const method = descriptor.value!;
    handledBy.set(method, [...(handledBy.get(method) ?? []), handled]);
  };
}
