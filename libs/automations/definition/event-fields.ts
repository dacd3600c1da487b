import { eventKinds } from '#events';
import { shapeOf, Union, type Class, type Field } from '#kernel';
import type { Change } from './journey-definition.js';
import type { JourneyStart } from './starts.js';

/** What a field's values are; `date` is an instant or a day, as text. */
export type Held = 'text' | 'date' | 'number' | 'boolean' | 'objects';

/** What is known of a field of an event before there is one. */
export interface EventField {
  holds: Held;
  /** Whether every such event has it; of a field of a list's items, every item. */
  always: boolean;
  /** Whether it is a list itself. */
  list: boolean;
  /** Whether it can tell events apart: one text, number or boolean, in no list. */
  single: boolean;
}

export type EventFields = ReadonlyMap<string, EventField>;

/** What all events have is not what somebody asks of one. */
const NOT_ASKED = ['id', 'type', 'memberId', 'occurredAt'];

const always = (holds: Held): EventField => ({ holds, always: true, list: false, single: true });
const sometimes = (holds: Held): EventField => ({ ...always(holds), always: false });

/** A tie that is made or ended. */
const TIE = { role: always('text'), route: always('text'), channelId: always('text') };

/** What starts that are no event of a member say of themselves. */
const OF_FACTS: Record<Exclude<JourneyStart['on'], 'event'>, Record<string, EventField>> = {
  // Of a product that was never posted we know no more than its id.
  restock: {
    productId: always('text'),
    restockedAt: always('date'),
    name: sometimes('text'),
    category: sometimes('text'),
    price: sometimes('number'),
    imageUrl: sometimes('text'),
    url: sometimes('text'),
  },
  link: TIE,
  friend: { channelId: always('text'), linked: always('boolean') },
  rank: { rank: sometimes('text') },
  segment: { segmentId: always('text') },
  date: { date: always('date') },
  schedule: { date: always('date') },
};

/** The fields of the event that starts a journey, by name; fields of the items of a list as `items.productId`. */
export function fieldsOfStart(start: JourneyStart): EventFields {
  return start.on === 'event' ? fieldsOfEvent(start.event) : new Map(Object.entries(OF_FACTS[start.on]));
}

/** The fields of a kind of event. */
export function fieldsOfEvent(type: string): EventFields {
  const found = fieldsOf(eventKinds.get(type)!, { prefix: '', inList: false, isThere: true });
  return new Map([...found].filter(([name]) => !NOT_ASKED.includes(name)));
}

/** The fields of what becomes of a member while a run waits. */
export function fieldsOfChange(change: Change): EventFields {
  return new Map(Object.entries(change === 'opted_out' ? { purpose: always('text') } : TIE));
}

/** Where an object stands in an event. */
interface Place {
  prefix: string;
  inList: boolean;
  /** Whether it is always there; an item of a list always is, as far as there is one. */
  isThere: boolean;
}

function fieldsOf(of: Class, { prefix, inList, isThere }: Place): Map<string, EventField> {
  const found = new Map<string, EventField>();
  for (const field of shapeOf(of).fields.values()) {
    const { name, optional, list, nested } = field;
    const holds = heldBy(field);
    const isAlways = isThere && !optional;
    found.set(prefix + name, { holds, list, always: isAlways, single: !list && !inList && holds !== 'objects' });
    const items = nested?.();
    if (items === undefined || items instanceof Union) continue;
    const below = { prefix: `${prefix}${name}.`, inList: inList || list, isThere: isAlways || list };
    for (const [key, one] of fieldsOf(items, below)) found.set(key, one);
  }
  return found;
}

function heldBy({ nested, type, constraints }: Field): Held {
  if (nested) return 'objects';
  if (type === Number) return 'number';
  if (type === Boolean) return 'boolean';
  return constraints.some(({ name }) => name === 'isInstant' || name === 'isCalendarDate') ? 'date' : 'text';
}
