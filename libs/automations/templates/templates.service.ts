import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { check, invalid, type Scope } from '#kernel';
import { Journeys, type JourneyWithInside } from '../journeys/journeys.service.js';
import { TEMPLATES } from './all-templates.js';
import type { JourneyTemplateDto, UseTemplateDto } from './templates.dto.js';

/** Stands for a channel in definitions that are only shown. */
const ANY_CHANNEL = '00000000-0000-7000-8000-000000000000';

/** Ready journeys, and how one becomes a journey of the shop's own. */
@Injectable()
export class Templates {
  constructor(
    private readonly db: Database,
    private readonly journeys: Journeys,
  ) {}

  /** Each with options as a shop may choose them and the journey that they make. */
  list({ currency }: Scope): JourneyTemplateDto[] {
    return TEMPLATES.map((template) => {
      const { id, label, description, example: options } = template;
      return {
        id,
        label,
        description,
        options,
        definition: template.build(options, { channelId: ANY_CHANNEL, currency }),
      };
    });
  }

  /** Makes a journey of one and, unless told otherwise, lets people in. @throws AppError 400 with every place */
  use(
    scope: Scope,
    { template: id, channelId, name, options, activate = true }: UseTemplateDto,
  ): Promise<JourneyWithInside> {
    const template = TEMPLATES.find((one) => one.id === id)!;
    const { value, errors } = check(template.options, options, '/options');
    if (errors) throw invalid(errors);
    const definition = template.build(value, { channelId, currency: scope.currency });
    return this.db.transaction(scope, async () => {
      const journey = await this.journeys.create(scope, { name: name ?? template.label.ja, definition });
      return activate ? this.journeys.activate(scope, journey.id) : journey;
    });
  }
}
