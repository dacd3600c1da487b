import { Injectable } from '@nestjs/common';
import { IsOptional, IsUUID } from 'class-validator';
import { IsId } from '#kernel';
import { defineFact, defineJob, defineSchedule, type PayloadOf } from '../declarations/definitions.js';
import { HandlesFact, HandlesJob, HandlesSchedule } from '../declarations/handles.js';
import { NotesRepository } from './notes.repository.js';

class Errand {
  @IsOptional()
  @IsUUID()
  workspaceId?: string;

  /** What is written down when it has been done. */
  @IsId()
  note: string;
}

/** Jobs of every kind that this lib's own specs run. */
export const write = defineJob({ name: 'errands.write', lane: 'journeys', payload: Errand, attempts: 3 });
export const writeAlone = defineJob({
  name: 'errands.write_alone',
  lane: 'bulk',
  payload: Errand,
  oneAtATime: () => 'the pen',
});
export const call = defineJob({
  name: 'errands.call',
  lane: 'delivery',
  payload: Errand,
  runs: 'outside',
  attempts: 3,
});
export const callAlone = defineJob({
  name: 'errands.call_alone',
  lane: 'delivery',
  payload: Errand,
  runs: 'outside',
  oneAtATime: () => 'the line',
});
export const written = defineFact({ name: 'errands.written', payload: Errand });
/** A note holds no more. */
const MOST_RUMOURS = 20;

/** Told together they are notes of several each. */
export const rumoured = defineFact({
  name: 'errands.rumoured',
  payload: Errand,
  together: { merge: mergeRumours, isSmall: ({ note }) => note.length <= 10 },
});

function mergeRumours(errands: readonly Errand[]): Errand[] {
  const parts = Array.from({ length: Math.ceil(errands.length / MOST_RUMOURS) }, (_, n) =>
    errands.slice(n * MOST_RUMOURS, (n + 1) * MOST_RUMOURS),
  );
  return parts.map((part) => ({ workspaceId: part[0]?.workspaceId, note: part.map(({ note }) => note).join('+') }));
}

export const tick = defineSchedule({ name: 'errands.tick', lane: 'journeys', every: 1_000 });
export const morning = defineSchedule({
  name: 'errands.morning',
  lane: 'bulk',
  cron: '0 8 * * *',
  timeZone: 'Asia/Tokyo',
});

type Deed = (note: string) => unknown;

/** Writes notes as audit entries, which nothing can take away but a rollback. */
@Injectable()
export class Errands {
  /** What happens besides writing; specs put here what goes wrong. */
  during: Deed = () => undefined;

  constructor(private readonly notes: NotesRepository) {}

  @HandlesJob(write)
  async write(errand: PayloadOf<typeof write>): Promise<void> {
    await this.note(errand, 'write');
    await this.during(errand.note);
  }

  @HandlesJob(writeAlone)
  async writeAlone(errand: PayloadOf<typeof writeAlone>): Promise<void> {
    await this.during(errand.note);
    await this.note(errand, 'write_alone');
  }

  @HandlesJob(call)
  @HandlesJob(callAlone)
  async call(errand: PayloadOf<typeof call>): Promise<void> {
    await this.during(errand.note);
    await this.note(errand, 'call');
  }

  @HandlesFact(written, { name: 'file', lane: 'journeys', attempts: 3 })
  async file(errand: PayloadOf<typeof written>): Promise<void> {
    await this.note(errand, 'file');
  }

  @HandlesFact(written, { name: 'read', lane: 'bulk', attempts: 3 })
  async read(errand: PayloadOf<typeof written>): Promise<void> {
    await this.during(errand.note);
    await this.note(errand, 'read');
  }

  @HandlesFact(rumoured, { name: 'spread', lane: 'journeys', attempts: 3 })
  async spread(errand: PayloadOf<typeof rumoured>): Promise<void> {
    await this.note(errand, 'spread');
    await this.during(errand.note);
  }

  @HandlesSchedule(tick)
  async tick(): Promise<void> {
    await this.during('tick');
  }

  @HandlesSchedule(morning)
  async morning(): Promise<void> {
    await this.during('morning');
  }

  private async note({ workspaceId, note }: Errand, by: string): Promise<void> {
    if (workspaceId !== undefined) await this.notes.add({ workspaceId }, by, note);
  }
}
