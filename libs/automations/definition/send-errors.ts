import { AppError, pointerStep, type FieldError } from '#kernel';
import { ATTRIBUTE_PREFIX, EVENT_PREFIX, MessageContent, type VariablePlace } from '#messages';
import type { RuleNode } from '#segments';
import type { EventFields } from './event-fields.js';
import type { JourneyDefinition } from './journey-definition.js';

/** What every member has. */
const ALWAYS_KNOWN = ['member.externalId', 'member.visitCount', 'member.purchaseCount', 'member.purchaseTotal'];

/** What is wrong with the messages of a step: LINE's limits, and variables that are none or may have no value. */
export function sendErrors(
  messages: readonly object[],
  definition: JourneyDefinition,
  fields: EventFields,
  path: string,
): FieldError[] {
  try {
    const { places } = MessageContent.read(messages, path, { event: true });
    return [
      ...listErrors(messages, fields, path),
      ...places.flatMap((place) => placeErrors(place, definition, fields)),
    ];
  } catch (error) {
    if (error instanceof AppError && error.extra.errors) return error.extra.errors;
    throw error;
  }
}

/** What is repeated is repeated for a list that the event can have. */
function listErrors(value: unknown, fields: EventFields, path: string): FieldError[] {
  if (typeof value !== 'object' || value === null) return [];
  const { forEach } = value as { forEach?: unknown };
  const isNone = typeof forEach === 'string' && !fields.get(forEach.slice(EVENT_PREFIX.length))?.list;
  if (isNone) return [{ path: `${path}/forEach`, detail: 'is no list of the starting event' }];
  return Object.entries(value).flatMap(([key, child]) => listErrors(child, fields, path + pointerStep(key)));
}

/** A person without a value is sent nothing: what may be missing needs something to stand in its place. */
function placeErrors(place: VariablePlace, definition: JourneyDefinition, fields: EventFields): FieldError[] {
  const { variable, path, hasFallback } = place;
  const isOfEvent = variable.startsWith(EVENT_PREFIX);
  const known = isOfEvent ? inEvent(variable, fields) : { isSure: isSureOfMember(variable, definition) };
  if (!known) return [{ path, detail: `has an unknown variable: ${variable.slice(0, 60)}` }];
  if (hasFallback || known.isSure) return [];
  const whose = isOfEvent ? 'not every such event' : 'not everybody';
  return [{ path, detail: `needs a fallback for ${variable.slice(0, 60)}, which ${whose} has` }];
}

/** Whether a variable of the starting event has a value in each; undefined where it has none in any. */
function inEvent(variable: string, fields: EventFields): { isSure: boolean } | undefined {
  let name = '';
  let isFirst = true;
  let isIndexed = true;
  for (const segment of variable.slice(EVENT_PREFIX.length).split('.')) {
    if (!/^\d+$/.test(segment)) {
      name += name === '' ? segment : `.${segment}`;
      isIndexed = false;
      continue;
    }
    if (isIndexed || !fields.get(name)?.list) return undefined;
    isIndexed = true;
    // A list that is written about has an item, or is repeated for none; no more is sure.
    isFirst &&= segment === '0';
  }
  const field = fields.get(name);
  return field && field.holds !== 'objects' ? { isSure: field.always && isFirst } : undefined;
}

function isSureOfMember(variable: string, { start, filter }: JourneyDefinition): boolean {
  // A friend may be no member.
  const isMember = start.on !== 'friend' || start.linked === true;
  return (isMember && ALWAYS_KNOWN.includes(variable)) || isDemanded(filter, variable);
}

/** Whether only members who have it come in. */
function isDemanded(filter: RuleNode | undefined, variable: string): boolean {
  if (!filter) return false;
  const demanded = filter.kind === 'all' ? filter.rules : [filter];
  return demanded.some((rule) => {
    if (rule.kind === 'rank') return variable === 'member.rank';
    return rule.kind === 'attribute' && rule.exists !== false && variable === ATTRIBUTE_PREFIX + rule.name;
  });
}
