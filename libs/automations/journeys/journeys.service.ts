import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { newId, notFound, type Scope } from '#kernel';
import { LiveSegments } from '#segments';
import type { JourneyDefinition } from '../definition/journey-definition.js';
import { RunsRepository } from '../runs/runs.repository.js';
import { nextStart } from '../starting/calendar.js';
import { JourneyReferences } from './journey-references.js';
import type { DeactivateJourneyDto, JourneyWriteDto } from './journeys.dto.js';
import { peopleInside, wrongState } from './journeys.errors.js';
import { JourneysRepository, type Inside, type Journey } from './journeys.repository.js';

export type JourneyWithInside = Journey & { inside: Inside[] };

/** The journeys of a workspace: draft, active, inactive; people walk the version they came in by. */
@Injectable()
export class Journeys {
  constructor(
    private readonly db: Database,
    private readonly journeys: JourneysRepository,
    private readonly references: JourneyReferences,
    private readonly runs: RunsRepository,
    private readonly live: LiveSegments,
    private readonly audit: Audit,
  ) {}

  /** A draft: nobody comes in before it is activated. @throws AppError 400 with every place that cannot be walked */
  create(scope: Scope, { name, definition: plain }: JourneyWriteDto): Promise<JourneyWithInside> {
    const id = newId();
    return this.db.transaction(scope, async () => {
      const definition = await this.references.read(scope, plain, '/definition');
      await this.journeys.insert(scope, { id, name, definition });
      await this.audit.record(scope, 'journeys.created', `journeys/${id}`, { name });
      return this.get(scope, id);
    });
  }

  /** @throws AppError 404 */
  get(scope: Scope, id: string): Promise<JourneyWithInside> {
    return this.db.transaction(scope, async () => {
      const [shown] = await this.withInside(scope, [await this.found(scope, id)]);
      return shown!;
    });
  }

  /** The newest first. @param before the id of the last one seen */
  list(scope: Scope, limit: number, before?: string): Promise<JourneyWithInside[]> {
    return this.db.transaction(scope, async () =>
      this.withInside(scope, await this.journeys.list(scope, limit, before)),
    );
  }

  /** Who is inside finishes on the version they came in by. @throws AppError 400, 404 */
  update(scope: Scope, id: string, { name, definition: plain }: JourneyWriteDto): Promise<JourneyWithInside> {
    return this.change(scope, id, async (before) => {
      const definition = await this.references.read(scope, plain, '/definition');
      const isNew = before.activatedAt !== null && !sameJson(definition, before.definition);
      const version = before.version + (isNew ? 1 : 0);
      await this.journeys.update(scope, { ...before, name, version, definition });
      if (before.state === 'active') {
        await this.unwatch(scope, id, before.definition);
        await this.open(scope, id, definition);
      }
      await this.audit.record(scope, 'journeys.updated', `journeys/${id}`, { name, version });
    });
  }

  /** From now on people come in. @throws AppError 404, 409 where they do already */
  activate(scope: Scope, id: string): Promise<JourneyWithInside> {
    return this.change(scope, id, async ({ state, version, definition }) => {
      if (state === 'active') throw wrongState(state, 'activated');
      await this.open(scope, id, definition);
      await this.audit.record(scope, 'journeys.activated', `journeys/${id}`, { version });
    });
  }

  /** Nobody comes in any more; who is inside goes on to the end or, with `stop`, ends now. @throws AppError 404, 409 */
  deactivate(scope: Scope, id: string, { inside = 'finish' }: DeactivateJourneyDto): Promise<JourneyWithInside> {
    return this.change(scope, id, async ({ state, definition }) => {
      if (state === 'draft') throw wrongState(state, 'deactivated');
      await this.unwatch(scope, id, definition);
      await this.journeys.setState(scope, id, 'inactive', null);
      const stopped = inside === 'stop' ? await this.runs.stopAll(scope, id) : 0;
      await this.audit.record(scope, 'journeys.deactivated', `journeys/${id}`, { inside, stopped });
    });
  }

  /** @throws AppError 404, 409 while it is active or people are inside */
  async delete(scope: Scope, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.journeys.claimGate(scope);
      const { name, state, inside } = await this.get(scope, id);
      if (state === 'active') throw wrongState(state, 'deleted');
      if (inside.length > 0) throw peopleInside(inside.reduce((sum, { runs }) => sum + runs, 0));
      await this.journeys.delete(scope, id);
      await this.audit.record(scope, 'journeys.deleted', `journeys/${id}`, { name });
    });
  }

  /** Nobody is being started meanwhile, so that nobody comes in after it was closed. */
  private change(scope: Scope, id: string, work: (journey: Journey) => Promise<void>): Promise<JourneyWithInside> {
    return this.db.transaction(scope, async () => {
      await this.journeys.claimGate(scope);
      await work(await this.found(scope, id));
      return this.get(scope, id);
    });
  }

  private async open(scope: Scope, id: string, { start }: JourneyDefinition): Promise<void> {
    if (start.on === 'segment') await this.live.watch(scope, start.segmentId, { kind: 'journey', id });
    await this.journeys.setState(scope, id, 'active', nextStart(start, scope.clock.now().getTime(), scope.timeZone));
  }

  private async unwatch(scope: Scope, id: string, { start }: JourneyDefinition): Promise<void> {
    if (start.on === 'segment') await this.live.unwatch(scope, start.segmentId, { kind: 'journey', id });
  }

  private async found(scope: Scope, id: string): Promise<Journey> {
    const journey = await this.journeys.find(scope, id);
    if (!journey) throw notFound('journey');
    return journey;
  }

  private async withInside(scope: Scope, journeys: Journey[]): Promise<JourneyWithInside[]> {
    const inside = await this.journeys.inside(
      scope,
      journeys.map(({ id }) => id),
    );
    return journeys.map((journey) => ({ ...journey, inside: inside.get(journey.id)! }));
  }
}

/** Postgres keeps the keys of an object in an order of its own. */
function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
