import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import type { JourneyDefinition } from '../definition/journey-definition.js';
import { JourneyReferences } from '../journeys/journey-references.js';
import { Journeys } from '../journeys/journeys.service.js';
import { prepare } from '../machine/prepare.js';
import { DaysInPeriod, readPeriod, strikes } from './occurrences.js';
import type { SimulateDto } from './simulation.dto.js';
import { PastStarts } from './starts/past-starts.service.js';
import type { Plan } from './timelines.service.js';

/** Reads what is to be simulated. */
@Injectable()
export class Plans {
  constructor(
    private readonly db: Database,
    private readonly journeys: Journeys,
    private readonly references: JourneyReferences,
    private readonly pasts: PastStarts,
  ) {}

  /** @throws AppError 400 naming every offending place, 404 */
  async read(scope: Scope, request: SimulateDto): Promise<Plan> {
    const definition = await this.definition(scope, request);
    const { start } = definition;
    const { timeZone } = scope;
    const period = readPeriod(request, await this.pasts.recurs(scope, start));
    return {
      ...{ prepared: prepare(definition, timeZone), journeyId: request.journeyId ?? null, period },
      days: start.on === 'date' ? new DaysInPeriod(start, period, timeZone) : undefined,
      strikes: start.on === 'schedule' ? strikes(start, period, timeZone) : undefined,
    };
  }

  private async definition(scope: Scope, { journeyId, definition }: SimulateDto): Promise<JourneyDefinition> {
    const saved = journeyId === undefined ? undefined : await this.journeys.get(scope, journeyId);
    if (saved && definition === undefined) return saved.definition;
    return this.db.transaction(scope, () => this.references.read(scope, definition, '/definition'));
  }
}
