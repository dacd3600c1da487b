import { insight } from '@line/bot-sdk';
import type { LineTransport } from './line-transport.js';
import { outcome } from './outcome.js';
import { readOutcome, type ReadOutcome } from './send-outcome.js';

/** Numbers below 20, or made by fewer than 20 people, are null. */
export type UnitStatistics = insight.GetStatisticsPerUnitResponse;

/** Days as LINE's statistics go by them: `yyyyMMdd` in UTC+9, both included, `to` at most 30 days after `from`. */
export interface UnitPeriod {
  unit: string;
  from: string;
  to: string;
}

/**
 * What LINE tells of how people took to messages; 60 calls an hour and channel.
 * https://developers.line.biz/en/reference/messaging-api/#get-insight
 */
export interface InsightClient {
  /** Of everything sent under an aggregation unit; a day is in it when it is over. */
  ofUnit(period: UnitPeriod): Promise<ReadOutcome<UnitStatistics>>;
}

export class SdkInsightClient implements InsightClient {
  private readonly api: insight.InsightClient;

  constructor(transport: LineTransport) {
    this.api = new insight.InsightClient({ channelAccessToken: 'sent by the transport' });
    Object.assign(this.api, { httpClient: transport });
  }

  ofUnit({ unit, from, to }: UnitPeriod): Promise<ReadOutcome<UnitStatistics>> {
    return outcome(this.api.getStatisticsPerUnitWithHttpInfo(unit, from, to), (answer) => readOutcome(answer));
  }
}
