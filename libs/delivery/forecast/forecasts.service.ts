import { Inject, Injectable } from '@nestjs/common';
import { Config } from '#config';
import type { Scope } from '#kernel';
import { Workspaces } from '#workspaces';
import { ForecastRepository } from './forecast.repository.js';
import { Forecast, type Slot } from './forecast.js';

/** Foretells what delivery would do with sends, by the workspace's settings as they are now. */
@Injectable()
export class Forecasts {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly repository: ForecastRepository,
    @Inject(Config) private readonly config: Pick<Config, 'lineTimeoutMs'>,
  ) {}

  async of(scope: Scope): Promise<Forecast> {
    const { timeZone } = scope;
    const { quietHours, caps } = await this.workspaces.get(scope);
    return new Forecast({ timeZone, quietHours, caps, marginMs: this.config.lineTimeoutMs });
  }

  /**
   * What members were really sent, by members.id, as far back as caps look.
   * @param but the campaign or journey whose own sends are left out
   */
  slots(scope: Scope, memberIds: readonly string[], but: string | null): Promise<Map<string, Slot[]>> {
    return this.repository.slots(scope, memberIds, but);
  }
}
