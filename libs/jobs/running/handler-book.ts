import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { parse, type WorkspaceRef } from '#kernel';
import type { FactDefinition, Runs, ScheduleDefinition, Together } from '../declarations/definitions.js';
import { handledByMethod, type Handled } from '../declarations/handles.js';
import { declarations, type Declared } from '../declarations/registry.js';
import { FACT_LANE, type Lane } from '../lanes.js';
import { FactFanOut } from './fact-fan-out.js';

const DEFAULT_ATTEMPTS = 10;

/** What runs for the rows of one name. */
export interface Handler {
  /** As in the column `job`. */
  name: string;
  lane: Lane;
  runs: Runs;
  /** Failed runs before a row is parked. */
  attempts: number;
  /** The payload as declared, from the row's. @throws AppError where it is not */
  read?: (payload: object) => object;
  oneAtATime?: (payload: object) => string;
  schedule?: ScheduleDefinition;
  /** Where several rows of a workspace may share a run. */
  together?: Together<object>;
  /** Whose method it is, for people. */
  place: string;
  run(payload: object, scope: WorkspaceRef | null): unknown;
}

/** All handlers of this process by the name of their rows, found on the providers when first asked. */
@Injectable()
export class HandlerBook {
  private found?: ReadonlyMap<string, Handler[]>;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly fanOut: FactFanOut,
  ) {}

  find(name: string): Handler | undefined {
    return this.all().get(name)?.[0] ?? this.findFact(name);
  }

  schedules(): Handler[] {
    return [...this.all().values()].flat().filter(({ schedule }) => schedule);
  }

  /** What keeps a worker from booting: declared work that nobody or more than one handles. */
  faults(declared: readonly Declared[] = declarations()): string[] {
    const missing = declared
      .filter(({ kind, name }) => kind !== 'fact' && !this.all().has(name))
      .map(({ name }) => `${name} has no handler.`);
    const doubled = [...this.all()]
      .filter(([, handlers]) => handlers.length > 1)
      .map(([name, handlers]) => `${name} has two handlers: ${handlers.map(({ place }) => place).join(', ')}.`);
    return [...missing, ...doubled];
  }

  /** What runs for a fact itself: it tells the subscribers, if there are any. */
  private findFact(name: string): Handler | undefined {
    const fact = declarations().find((declared) => declared.kind === 'fact' && declared.name === name);
    if (!fact) return undefined;
    const { together } = fact as FactDefinition<object>;
    const subscribers = [...this.all().values()].flat().filter((handler) => handler.name.startsWith(`${name}:`));
    return {
      name,
      lane: FACT_LANE,
      runs: 'in-transaction',
      attempts: DEFAULT_ATTEMPTS,
      place: FactFanOut.name,
      together,
      run: (payload, scope) => this.fanOut.run(scope, payload, subscribers),
    };
  }

  private all(): ReadonlyMap<string, Handler[]> {
    return (this.found ??= Map.groupBy(this.discover(), ({ name }) => name));
  }

  private discover(): Handler[] {
    const instances = this.discovery.getProviders().map(({ instance }) => instance as Record<string, Method> | null);
    return [...new Set(instances)].flatMap((instance) => {
      if (!instance || typeof instance !== 'object') return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, Method> | null;
      return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
        const run = (payload: object) => instance[method]!(payload);
        const place = `${instance.constructor.name}.${method}`;
        return handledByMethod(prototype![method]!).map((handled) => ({ ...describe(handled), place, run }));
      });
    });
  }
}

type Method = (payload: object) => unknown;

function describe(handled: Handled): Omit<Handler, 'place' | 'run'> {
  if ('subscriber' in handled) {
    const { name, attempts = DEFAULT_ATTEMPTS, runs = 'in-transaction', ...subscriber } = handled.subscriber;
    const mayShare = runs === 'in-transaction' && !subscriber.oneAtATime;
    const together = mayShare ? handled.of.together : undefined;
    const { name: fact, payload } = handled.of;
    // What a newer version says beyond what is known here is news to others: see docs/decisions/0007.
    const read = (row: object) => parse(payload, row, { ignoreUnknown: true });
    return { ...subscriber, name: `${fact}:${name}`, attempts, runs, read, together };
  }
  if (handled.of.kind === 'schedule') {
    const { name, lane } = handled.of;
    return { name, lane, attempts: DEFAULT_ATTEMPTS, runs: 'outside', schedule: handled.of };
  }
  const { attempts = DEFAULT_ATTEMPTS, runs = 'in-transaction', payload, ...job } = handled.of;
  const read = (row: object) => parse(payload, row);
  return { name: job.name, lane: job.lane, read, oneAtATime: job.oneAtATime, attempts, runs };
}
