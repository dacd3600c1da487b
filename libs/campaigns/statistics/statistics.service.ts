import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { LINE_LIMITS, type UnitStatistics } from '#line';
import { Campaigns } from '../campaigns.service.js';
import type { CampaignStatisticsDto, StatisticsState, UnitPeriodDto } from './statistics.dto.js';
import { UnitStatisticsKeeper } from './unit-statistics.service.js';
import type { UnitRow } from './units.repository.js';

/** How people took to a campaign, as LINE tells it. */
@Injectable()
export class CampaignStatistics {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly keeper: UnitStatisticsKeeper,
  ) {}

  /** By unit, which is by variant. @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<CampaignStatisticsDto> {
    const { channelId, unit, variants } = await this.campaigns.get(scope, id);
    const units = variants ? variants.map((one) => one.unit) : [unit];
    const known = await this.keeper.known(scope, channelId, units);
    return {
      hiddenBelow: LINE_LIMITS.unitStatistics.fewestPeople,
      units: units.map((name, variant) => ({
        unit: name,
        variant,
        periods: known.filter((row) => row.unit === name).map(shown),
      })),
    };
  }
}

const NOTHING: UnitStatistics = { overview: {}, messages: [], clicks: [] };

function shown({ fromDay, toDay, fetchedAt, dueAt, statistics, problem }: UnitRow): UnitPeriodDto {
  const { overview, messages, clicks } = statistics ?? NOTHING;
  const { uniqueImpression = null, uniqueClick = null } = overview;
  const { uniqueMediaPlayed = null, uniqueMediaPlayed100Percent = null } = overview;
  return {
    ...{ from: fromDay, to: toDay, state: stateOf(fetchedAt, dueAt), fetchedAt, dueAt },
    overview: { uniqueImpression, uniqueClick, uniqueMediaPlayed, uniqueMediaPlayed100Percent },
    ...{ messages, clicks, problem },
  };
}

function stateOf(fetchedAt: Date | null, dueAt: Date | null): StatisticsState {
  if (!dueAt) return 'final';
  return fetchedAt ? 'counting' : 'waiting';
}
