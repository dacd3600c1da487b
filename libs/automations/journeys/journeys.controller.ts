import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { Answers, CurrentScope, decodeCursor, Idempotent, PageQuery, Permit, toPage, uuidOf, type Page } from '#http';
import { parse, type Scope } from '#kernel';
import { DeactivateJourneyDto, JourneyDto, JourneyWriteDto } from './journeys.dto.js';
import { Journeys, type JourneyWithInside } from './journeys.service.js';

const JourneyId = uuidOf('journey');

@Controller('v1/journeys')
export class JourneysController {
  constructor(private readonly journeys: Journeys) {}

  /** Makes a draft. */
  @Post()
  @Idempotent()
  @Permit('journeys.write')
  @Answers(201, JourneyDto)
  async create(@CurrentScope() scope: Scope, @Body() body: JourneyWriteDto): Promise<JourneyDto> {
    return shownJourney(await this.journeys.create(scope, body));
  }

  /** The newest first. */
  @Get()
  @Permit('journeys.read')
  @Answers(200, JourneyDto, { page: true })
  async list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<Page<JourneyDto>> {
    const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'uuid');
    const rows = await this.journeys.list(scope, query.limit + 1, before);
    return toPage(rows, query.limit, shownJourney, ({ id }) => [id]);
  }

  @Get(':id')
  @Permit('journeys.read')
  @Answers(200, JourneyDto)
  async get(@CurrentScope() scope: Scope, @Param('id', JourneyId) id: string): Promise<JourneyDto> {
    return shownJourney(await this.journeys.get(scope, id));
  }

  /** Replaces it; people inside finish on the version they came in by, and `inside` says how many those are. */
  @Put(':id')
  @Permit('journeys.write')
  @Answers(200, JourneyDto)
  async update(
    @CurrentScope() scope: Scope,
    @Param('id', JourneyId) id: string,
    @Body() body: JourneyWriteDto,
  ): Promise<JourneyDto> {
    return shownJourney(await this.journeys.update(scope, id, body));
  }

  /** Refused while it is active or people are inside. */
  @Delete(':id')
  @HttpCode(204)
  @Permit('journeys.write')
  async delete(@CurrentScope() scope: Scope, @Param('id', JourneyId) id: string): Promise<void> {
    await this.journeys.delete(scope, id);
  }

  /** From now on people come in. */
  @Post(':id/activate')
  @HttpCode(200)
  @Permit('journeys.run')
  @Answers(200, JourneyDto)
  async activate(@CurrentScope() scope: Scope, @Param('id', JourneyId) id: string): Promise<JourneyDto> {
    return shownJourney(await this.journeys.activate(scope, id));
  }

  /** Nobody comes in any more; with `{ "inside": "stop" }` the runs of people inside end too. */
  @Post(':id/deactivate')
  @HttpCode(200)
  @Permit('journeys.run')
  @Answers(200, JourneyDto)
  async deactivate(
    @CurrentScope() scope: Scope,
    @Param('id', JourneyId) id: string,
    @Body() body?: object,
  ): Promise<JourneyDto> {
    // Without a body people finish, which is why the body has no class of its own here.
    return shownJourney(await this.journeys.deactivate(scope, id, parse(DeactivateJourneyDto, body ?? {})));
  }
}

/** A journey as it is answered. */
export function shownJourney({ activatedAt: _, ...journey }: JourneyWithInside): JourneyDto {
  return journey;
}
