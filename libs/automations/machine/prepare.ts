import type { JourneyDefinition } from '../definition/journey-definition.js';
import type { JourneyStart } from '../definition/starts.js';
import { satisfies } from './event-tests.js';
import type { JourneyEvent, Prepared } from './run.js';

/** A definition ready to be walked. */
export function prepare(definition: JourneyDefinition, timeZone: string): Prepared {
  const cancels = definition.cancel ?? [];
  const waits = definition.steps.flatMap((step) => (step.kind === 'wait-for' ? [step.event] : []));
  const listensTo = new Set<string>([...cancels.map(({ event, change }) => (event ?? change)!), ...waits]);
  return { definition, timeZone, listensTo, cancels };
}

/** Whether this is an event that the journey starts on; who may come in, and how often, is asked elsewhere. */
export function startsOn({ definition: { start } }: Pick<Prepared, 'definition'>, event: JourneyEvent): boolean {
  return event.type === typeOf(start) && fits(start, event);
}

function typeOf(start: JourneyStart): string {
  switch (start.on) {
    case 'event':
      return start.event;
    case 'link':
    case 'segment':
      return start.change;
    default:
      return start.on;
  }
}

function fits(start: JourneyStart, event: JourneyEvent): boolean {
  const { body } = event;
  switch (start.on) {
    case 'event':
      return satisfies(start.where, event, event);
    case 'link':
      return start.role === undefined || body['role'] === start.role;
    case 'friend':
      return start.linked === undefined || body['linked'] === start.linked;
    case 'rank':
      return start.to === undefined || start.to.includes(body['rank'] as string);
    case 'segment':
      return body['segmentId'] === start.segmentId;
    default:
      return true;
  }
}
