import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { JourneysRepository } from '../journeys/journeys.repository.js';
import { prepare } from '../machine/prepare.js';
import type { Prepared } from '../machine/run.js';

/** Versions kept at a time; more are prepared again. */
const MOST_KEPT = 1_000;

/** A version of a journey, ready to be walked. */
export interface PreparedJourney {
  id: string;
  version: number;
  prepared: Prepared;
}

/** Versions of journeys that people walk. They do not change, so each is read once. */
@Injectable()
export class PreparedJourneys {
  private readonly kept = new Map<string, PreparedJourney>();

  constructor(private readonly journeys: JourneysRepository) {}

  /** Of versions that somebody may have come in by. */
  async get(scope: Scope, id: string, version: number): Promise<PreparedJourney> {
    const key = [scope.workspaceId, id, version, scope.timeZone].join(' ');
    const kept = this.kept.get(key);
    if (kept) return kept;
    const definition = await this.journeys.version(scope, id, version);
    const journey = { id, version, prepared: prepare(definition, scope.timeZone) };
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    this.kept.set(key, journey);
    return journey;
  }

  /** What people come into now, which stays as it is until the ambient transaction ends. */
  async active(scope: Scope): Promise<PreparedJourney[]> {
    await this.journeys.holdGate(scope);
    const active = await this.journeys.active(scope);
    const prepared: PreparedJourney[] = [];
    for (const { id, version } of active) prepared.push(await this.get(scope, id, version));
    return prepared;
  }

  /** By `journeyId version`. */
  async all(
    scope: Scope,
    versions: readonly { journeyId: string; version: number }[],
  ): Promise<Map<string, PreparedJourney>> {
    const all = new Map<string, PreparedJourney>();
    for (const one of versions) {
      const key = versionKey(one);
      if (!all.has(key)) all.set(key, await this.get(scope, one.journeyId, one.version));
    }
    return all;
  }
}

export function versionKey({ journeyId, version }: { journeyId: string; version: number }): string {
  return `${journeyId} ${version}`;
}
