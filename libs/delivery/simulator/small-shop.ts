import { createHash } from 'node:crypto';
import type { LineMessage } from '#line';
import type { MessageContent, VariableValues } from '#messages';
import type { SendClass } from '../ledger/send.entity.js';
import type { FrozenSend } from '../sending/frozen-content.js';
import type { Dice } from './dice.js';
import { AT_ONCE, type MemoryPage, type MemorySend, type MemoryTables } from './memory-ledger/tables.js';
import type { MemoryLine } from './memory-line.js';

export const WORKSPACE = '01900000-0000-7000-8000-000000000001';
export const CHANNEL = '01900000-0000-7000-8000-000000000002';
export const START = '2026-04-15T12:00:00+09:00';

/** Sends are the same in every schedule; whom they go to is not. */
const SENDS: MemorySend[] = [
  send(1, 'promotional', false),
  send(2, 'promotional', true),
  send(3, 'triggered', false),
  send(4, 'triggered', true),
];

function send(n: number, sendClass: SendClass, personalised: boolean): MemorySend {
  const id = `01900000-0000-7000-8000-00000000001${n}`;
  return {
    id,
    channelId: CHANNEL,
    originKind: 'campaign',
    originId: id,
    class: sendClass,
    messages: [{ type: 'text', text: id }],
    contentHash: createHash('sha256').update(id).digest(),
    personalised,
    unit: id,
    rule: null,
    asOf: new Date(START),
    role: null,
    split: null,
    value: 0,
    window: null,
    most: null,
    checkedAt: new Date(START),
    state: 'sending',
    plannedAt: new Date(START),
    problem: null,
    createdAt: new Date(START),
    endedAt: null,
    audience: 0,
    pages: 0,
  };
}

/** What they say: as little as there can be, since reading messages is not what is simulated. */
const CONTENTS = new Map(SENDS.map((one) => [one.id, frozenSend(one)]));

function frozenSend(one: MemorySend): FrozenSend {
  const messages = one.messages as LineMessage[];
  const forPerson = ({ name }: VariableValues) => (name ? { messages } : { missing: 'name' });
  const content = { messages, personalised: one.personalised, forPerson } as unknown as MessageContent;
  return { send: one, content, units: [one.unit!] };
}

export const frozen = { of: async (_scope: unknown, { sendId }: { sendId: string }) => CONTENTS.get(sendId)! };

/** A few people, and one to three sends that go to some of them on a few pages each. */
export function populate(tables: MemoryTables, dice: Dice, line: MemoryLine): void {
  const people = Array.from({ length: dice.between(2, 12) }, (_, i) => {
    const [memberId, lineUserId, userId] = [`${100 + i}`, `${500 + i}`, `U${i}`];
    tables.people.set(lineUserId, { memberId, lineUserId, userId, friendState: 'friend', roles: ['member', 'user'] });
    if (dice.happens(0.06)) line.bad.add(userId);
    return { memberId, lineUserId };
  });
  line.namesTheBad = dice.happens(0.6);
  const chosen = SENDS.filter(() => dice.happens(0.5));
  for (const template of chosen.length > 0 ? chosen : [dice.oneOf(SENDS)]) {
    const one = { ...template, role: dice.happens(0.2) ? ('member' as const) : null };
    tables.sends.set(one.id, one);
    const named = people.filter(() => dice.happens(0.8));
    for (let at = 0; at < named.length;) {
      const size = dice.between(1, Math.max(1, Math.ceil(named.length / 2)));
      tables.pages.push(page(one, named.slice(at, at + size), dice));
      at += size;
    }
    one.audience = named.length;
  }
}

function page(of: MemorySend, people: { memberId: string; lineUserId: string }[], dice: Dice): MemoryPage {
  const { length: size } = people;
  return {
    sendId: of.id,
    number: (of.pages += 1),
    memberIds: people.map(({ memberId }) => memberId),
    lineUserIds: people.map(({ lineUserId }) => lineUserId),
    variables: of.personalised ? people.map(({ memberId }) => ({ name: dice.happens(0.05) ? null : memberId })) : null,
    variant: 0,
    size,
    remaining: size,
    accepted: 0,
    rejected: 0,
    uncertain: 0,
    skipped: {},
    state: 'due',
    reason: null,
    attempts: 0,
    firstAttemptAt: null,
    dueAt: AT_ONCE,
    fence: 0,
    bodyHash: null,
    requestId: null,
    detail: null,
    settledAt: null,
  };
}
