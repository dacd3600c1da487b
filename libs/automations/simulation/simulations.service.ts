import { Injectable } from '@nestjs/common';
import { MonthlyPrices } from '#delivery';
import { invalid, type Scope } from '#kernel';
import { EventGiving } from './event-giving.service.js';
import { Plans } from './plans.service.js';
import { SimulationReport, type MemberResult } from './report.js';
import type { SimulateDto, SimulationDto } from './simulation.dto.js';
import { tooManySimulations } from './simulation.errors.js';
import { PastStarts } from './starts/past-starts.service.js';
import { Walking } from './walking.service.js';

const USUAL_FORECASTS = 1_000;
/** Each keeps a core busy, and the process has requests to answer. */
const MOST_AT_ONCE = 2;

export interface SimulationInput {
  /** Events, a line each, in place of `events` of the request. */
  lines?: AsyncIterable<Buffer>;
  /** Is told what came of every member, for whoever needs more than the report. */
  onResult?: (result: MemberResult) => void;
}

/** The time machine: what a journey would have done, without doing it. */
@Injectable()
export class Simulations {
  private running = 0;

  constructor(
    private readonly plans: Plans,
    private readonly giving: EventGiving,
    private readonly pasts: PastStarts,
    private readonly walking: Walking,
    private readonly prices: MonthlyPrices,
  ) {}

  /**
   * The same input gives the same answer, to the byte.
   * @throws AppError 400 naming every offending place, 404, 429 while too many are running
   */
  async simulate(scope: Scope, request: SimulateDto, input: SimulationInput = {}): Promise<SimulationDto> {
    if (this.running >= MOST_AT_ONCE) throw tooManySimulations(MOST_AT_ONCE);
    this.running += 1;
    try {
      return await this.run(scope, request, input);
    } finally {
      this.running -= 1;
    }
  }

  private async run(scope: Scope, request: SimulateDto, { lines, onResult }: SimulationInput): Promise<SimulationDto> {
    if (lines && request.events) throw invalid([{ path: '/events', detail: 'must stand in the lines that follow' }]);
    const plan = await this.plans.read(scope, request);
    const given = lines ? await this.giving.lines(scope, lines) : await this.giving.items(scope, request.events);
    try {
      const { limit = USUAL_FORECASTS, messages = false } = request;
      const report = new SimulationReport(plan.prepared, { limit, messages });
      const { definition } = plan.prepared;
      const gathered = await this.pasts.gather(scope, definition, plan.period, given?.events);
      for await (const results of this.walking.all(scope, { ...plan, gathered, given: given?.events }))
        for (const result of results) {
          report.add(result);
          onResult?.(result);
        }
      const past = await this.pasts.known(scope, definition);
      const price = await this.prices.of(scope, definition.channelId, report.months, plan.journeyId);
      return { ...report.answer(price), past, ...(given && { leftOut: given.events.leftOut }) };
    } finally {
      await given?.close();
    }
  }
}
