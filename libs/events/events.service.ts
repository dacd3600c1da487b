import { Injectable } from '@nestjs/common';
import { toInstant, type FieldError, type Scope } from '#kernel';
import type { Rejection } from '#members';
import type { EventBatchAnswer } from './events.dto.js';
import { tooFarAhead, type Refusal } from './events.errors.js';
import { Ingest } from './ingest/ingest.service.js';
import { readEvent, type Event } from './kinds/event-kinds.js';

/** Clocks of tills and shops are not all right. */
const MOST_AHEAD = 10 * 60 * 1000;

interface Reading {
  valid: { index: number; event: Event }[];
  refused: { index: number; id: unknown; refusal: Refusal }[];
}

@Injectable()
export class Events {
  constructor(private readonly ingest: Ingest) {}

  /** Stores what is right of posted events; answers once that is committed. */
  async post(scope: Scope, items: unknown[]): Promise<EventBatchAnswer> {
    const { valid, refused } = read(items, scope.clock.now().getTime() + MOST_AHEAD);
    const outcomes = await this.ingest.post(
      scope,
      valid.map(({ event }) => event),
    );
    const answer: EventBatchAnswer = { accepted: 0, duplicates: 0, rejected: [] };
    const stored = new Map<string, number>();
    outcomes.forEach((outcome, at) => {
      const { index, event } = valid[at]!;
      if (outcome === 'accepted') answer.accepted += 1;
      else if (outcome === 'duplicate') answer.duplicates += 1;
      else return void answer.rejected.push({ index, ...outcome });
      if (!stored.has(event.id)) stored.set(event.id, index);
    });
    for (const { index, id, refusal } of refused) {
      // The first of two equal ids wins, whatever the second one's body.
      if (typeof id === 'string' && (stored.get(id) ?? index) < index) answer.duplicates += 1;
      else answer.rejected.push({ index, ...refusal });
    }
    answer.rejected.sort((a: Rejection, b: Rejection) => a.index - b.index);
    return answer;
  }
}

function read(items: unknown[], latest: number): Reading {
  const reading: Reading = { valid: [], refused: [] };
  items.forEach((item, index) => {
    const { value: event, errors } = readEvent(item);
    if (event && toInstant(event.occurredAt).getTime() <= latest) reading.valid.push({ index, event });
    else reading.refused.push({ index, id: idOf(item), refusal: errors ? malformed(errors) : tooFarAhead });
  });
  return reading;
}

function idOf(item: unknown): unknown {
  return typeof item === 'object' && item !== null ? (item as { id?: unknown }).id : undefined;
}

function malformed(errors: FieldError[]): Refusal {
  return {
    code: 'request.invalid',
    detail: errors.map(({ path, detail }) => `${path} ${detail}`.trim()).join('; '),
  };
}
