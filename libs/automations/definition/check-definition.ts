import { check, invalid, type FieldError } from '#kernel';
import { channelsIn, segmentsIn, type RuleNode } from '#segments';
import { cronErrors } from './cron.js';
import { fieldsOfChange, fieldsOfEvent, fieldsOfStart, type EventFields } from './event-fields.js';
import { keyErrors, testErrors, waitErrors } from './field-errors.js';
import { JourneyDefinition, type Cancel, type Reentry } from './journey-definition.js';
import { sendErrors } from './send-errors.js';
import type { JourneyStart } from './starts.js';
import { graphErrors } from './step-graph.js';
import type { JourneyStep } from './steps.js';

/**
 * A journey of plain data; what it names in the workspace is not looked up, nor how large its rules are.
 * @param basePath JSON pointer of the place where it stands in the request
 * @throws AppError 400 naming every offending place
 */
export function readDefinition(plain: unknown, basePath: string): JourneyDefinition {
  const { value, errors } = check(JourneyDefinition, plain, basePath);
  if (errors) throw invalid(errors);
  const wrong = checkDefinition(value, basePath);
  if (wrong.length > 0) throw invalid(wrong);
  return value;
}

/** What is wrong with a journey as a whole, each of whose parts is right for itself. */
export function checkDefinition(definition: JourneyDefinition, basePath: string): FieldError[] {
  const { start, reentry, steps, cancel = [] } = definition;
  const fields = fieldsOfStart(start);
  return [
    ...startErrors(start, fields, `${basePath}/start`),
    ...(reentry ? reentryErrors(reentry, fields, `${basePath}/reentry`) : []),
    ...graphErrors(steps, `${basePath}/steps`),
    ...steps.flatMap((step, n) => stepErrors(step, definition, fields, `${basePath}/steps/${n}`)),
    ...cancel.flatMap((one, n) => cancelErrors(one, fields, `${basePath}/cancel/${n}`)),
  ];
}

/** Segments that a journey is started by or asks about. */
export function segmentsNamed(definition: JourneyDefinition): string[] {
  const { start } = definition;
  return [...(start.on === 'segment' ? [start.segmentId] : []), ...rulesOf(definition).flatMap(segmentsIn)];
}

/** Channels that it sends by or asks about. */
export function channelsNamed(definition: JourneyDefinition): string[] {
  return [definition.channelId, ...rulesOf(definition).flatMap(channelsIn)];
}

/** Rich menus that it shows. */
export function menusNamed({ steps }: JourneyDefinition): string[] {
  return steps.flatMap((step) => (step.kind === 'rich-menu' && step.menuId !== null ? [step.menuId] : []));
}

function rulesOf({ filter, steps }: JourneyDefinition): RuleNode[] {
  const branches = steps.flatMap((step) => (step.kind === 'branch' && step.rule ? [step.rule] : []));
  return filter ? [filter, ...branches] : branches;
}

function startErrors(start: JourneyStart, fields: EventFields, path: string): FieldError[] {
  switch (start.on) {
    case 'event':
      return testErrors(start.where, { fields, path: `${path}/where` });
    case 'restock':
      if (start.everyMinutes === undefined || start.first !== undefined) return [];
      return [{ path: `${path}/everyMinutes`, detail: 'has a meaning only beside first' }];
    case 'schedule':
      return cronErrors(start.cron, `${path}/cron`);
    default:
      return [];
  }
}

function reentryErrors({ key, repeat }: Reentry, fields: EventFields, path: string): FieldError[] {
  if (key) return keyErrors(key, fields, `${path}/key`);
  return repeat === undefined ? [] : [{ path: `${path}/repeat`, detail: 'has a meaning only beside key' }];
}

function stepErrors(step: JourneyStep, definition: JourneyDefinition, fields: EventFields, path: string): FieldError[] {
  switch (step.kind) {
    case 'send':
      return sendErrors(step.messages, definition, fields, `${path}/messages`);
    case 'wait':
      return waitErrors(step, fields, path);
    case 'wait-for':
      return testErrors(step.where, { fields: fieldsOfEvent(step.event), start: fields, path: `${path}/where` });
    case 'branch':
      return testErrors(step.event, { fields, path: `${path}/event` });
    default:
      return [];
  }
}

function cancelErrors({ event, change, where }: Cancel, start: EventFields, path: string): FieldError[] {
  const fields = event === undefined ? fieldsOfChange(change!) : fieldsOfEvent(event);
  return testErrors(where, { fields, start, path: `${path}/where` });
}
