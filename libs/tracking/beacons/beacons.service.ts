import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { notFound, parse, type Clock, type Scope } from '#kernel';
import { Scopes } from '#workspaces';
import { TrackingSettingsRepository } from '../settings/settings.repository.js';
import { originNotAllowed } from '../tracking.errors.js';
import { Visitors } from '../visitors/visitors.service.js';
import { BeaconLimits } from './beacon-limits.js';
import { readBeacon, WithdrawalDto } from './beacon.js';

/** Who asks from a browser. */
export interface Caller {
  /** As it stands in the address. */
  key: string;
  /** Of the page, as the browser sends it. */
  origin: string | undefined;
  ip: string;
}

/** A workspace whose page is asking. */
export interface Door {
  scope: Scope;
  origins: string[];
}

/** What pages tell about their visitors. Nothing that comes in here is believed to be from anybody. */
@Injectable()
export class Beacons {
  constructor(
    private readonly settings: TrackingSettingsRepository,
    private readonly scopes: Scopes,
    private readonly visitors: Visitors,
    private readonly limits: BeaconLimits,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Whether a key is somebody's and switched on. @throws AppError 404 */
  async assertKnown(key: string): Promise<void> {
    await this.workspaceOf(key);
  }

  /** @throws AppError 404 for a key that is nobody's, 403 for another page than the workspace's, 429 */
  async open({ key, origin, ip }: Caller): Promise<Door> {
    this.limits.takeAddress(ip, this.clock.now());
    const workspaceId = await this.workspaceOf(key);
    const origins = (await this.settings.find({ workspaceId }))?.origins ?? [];
    if (origin === undefined || !origins.includes(origin)) throw originNotAllowed();
    return { scope: await this.scopes.system(workspaceId), origins };
  }

  /** @throws AppError 400, 429 */
  async take({ scope, origins }: Door, json: unknown): Promise<void> {
    const { visitor, bodies } = readBeacon(scope, json, origins);
    this.limits.takeVisitor(scope.workspaceId, visitor, scope.clock.now());
    await this.visitors.did(scope, visitor, bodies);
  }

  /** The visitor does not agree any more. @throws AppError 400, 429 */
  async withdraw({ scope }: Door, json: unknown): Promise<void> {
    const { visitor } = parse(WithdrawalDto, json);
    this.limits.takeVisitor(scope.workspaceId, visitor, scope.clock.now());
    await this.visitors.forget(scope, visitor);
  }

  private async workspaceOf(key: string): Promise<string> {
    const workspaceId = await this.settings.workspaceOf(null, key);
    if (workspaceId === undefined) throw notFound('tracking-key');
    return workspaceId;
  }
}
