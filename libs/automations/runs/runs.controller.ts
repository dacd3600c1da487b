import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  Answers,
  CurrentScope,
  decodeCursor,
  ExternalId,
  numberOf,
  PageQuery,
  Permit,
  toPage,
  uuidOf,
  type Page,
} from '#http';
import type { Scope } from '#kernel';
import type { ListedRun } from './run-lists.repository.js';
import { RunLists, type ToldDecision, type TracedRun } from './run-lists.service.js';
import { RunDto, RunsQuery, TracedRunDto, type DecisionDto } from './runs.dto.js';
import { Runs } from './runs.service.js';

const JourneyId = uuidOf('journey');
const RunId = numberOf('run');

@Controller('v1/journeys/:id/runs')
export class RunsController {
  constructor(
    private readonly lists: RunLists,
    private readonly runs: Runs,
  ) {}

  /** Who is where, the newest first. */
  @Get()
  @Permit('journeys.read')
  @Answers(200, RunDto, { page: true })
  async list(
    @CurrentScope() scope: Scope,
    @Param('id', JourneyId) id: string,
    @Query() { state, limit, cursor }: RunsQuery,
  ): Promise<Page<RunDto>> {
    const [before] = cursor === undefined ? [] : decodeCursor(cursor, 'integer');
    const rows = await this.lists.ofJourney(scope, id, { state, before, limit: limit + 1 });
    return toPage(rows, limit, shown, (run) => [run.id]);
  }

  /** Makes the step again that a run is parked at. */
  @Post(':run/retry')
  @HttpCode(200)
  @Permit('journeys.run')
  @Answers(200, RunDto)
  async retry(
    @CurrentScope() scope: Scope,
    @Param('id', JourneyId) id: string,
    @Param('run', RunId) run: string,
  ): Promise<RunDto> {
    await this.runs.retry(scope, id, run);
    return shown(await this.lists.get(scope, id, run));
  }

  /** Goes on after the step that a run is parked at or waits in. */
  @Post(':run/skip')
  @HttpCode(200)
  @Permit('journeys.run')
  @Answers(200, RunDto)
  async skip(
    @CurrentScope() scope: Scope,
    @Param('id', JourneyId) id: string,
    @Param('run', RunId) run: string,
  ): Promise<RunDto> {
    await this.runs.skip(scope, id, run);
    return shown(await this.lists.get(scope, id, run));
  }

  /** Ends a run where it is. */
  @Post(':run/stop')
  @HttpCode(200)
  @Permit('journeys.run')
  @Answers(200, RunDto)
  async stop(
    @CurrentScope() scope: Scope,
    @Param('id', JourneyId) id: string,
    @Param('run', RunId) run: string,
  ): Promise<RunDto> {
    await this.runs.stop(scope, id, run);
    return shown(await this.lists.get(scope, id, run));
  }
}

@Controller('v1/members')
export class MemberJourneysController {
  constructor(private readonly lists: RunLists) {}

  /** What journeys have done with a member, and why: the newest run first, with every decision and its values. */
  @Get(':externalId/journeys')
  @Permit('journeys.read')
  @Answers(200, TracedRunDto, { page: true })
  async list(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<Page<TracedRunDto>> {
    const [before] = cursor === undefined ? [] : decodeCursor(cursor, 'integer');
    const rows = await this.lists.ofMember(scope, externalId, limit + 1, before);
    return toPage(rows, limit, traced, (run) => [run.id]);
  }
}

function shown({ journey: _, startType: type, startAt: at, startBody: body, ...run }: ListedRun): RunDto {
  return { ...run, startedBy: { type, at, body } };
}

function traced({ decisions, ...run }: TracedRun): TracedRunDto {
  const { journey } = run;
  return Object.assign(shown(run), { journey, decisions: decisions.map(told) });
}

function told({ runId: _, outcome, ...decision }: ToldDecision): DecisionDto {
  if (!outcome) return decision;
  const { state, reason, detail, settledAt } = outcome;
  return { ...decision, outcome: { state, reason, detail, settledAt } };
}
