import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { notFound, type Clock, type Scope } from '#kernel';
import { BriefCache } from './brief-cache.js';
import { WorkspacesRepository } from './workspaces.repository.js';

/** Scopes of work that nobody asked for by HTTP. */
@Injectable()
export class Scopes {
  private readonly cache: BriefCache<Scope>;

  constructor(
    private readonly repository: WorkspacesRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.cache = new BriefCache(clock);
  }

  /** The scope of the system itself in a workspace; settings in it may be five seconds old. @throws AppError 404 */
  async system(workspaceId: string): Promise<Scope> {
    const scope = await this.cache.get(workspaceId, () => this.load(workspaceId));
    if (!scope) throw notFound('workspace');
    return scope;
  }

  /** Settings have changed. */
  forget(): void {
    this.cache.clear();
  }

  private async load(workspaceId: string): Promise<Scope | undefined> {
    const workspace = await this.repository.find({ workspaceId });
    if (!workspace) return undefined;
    const { timeZone, currency } = workspace;
    return { workspaceId, actor: SYSTEM, permits: NONE, timeZone, currency, clock: this.clock };
  }
}

const SYSTEM = { kind: 'system', id: 'jobs' } as const;
/** Permits are asked for at the edge, and the system does not come in there. */
const NONE: ReadonlySet<string> = new Set();
