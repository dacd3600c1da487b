import { Injectable } from '@nestjs/common';
import { TokenBuckets } from '#http';
import { tooManyBeacons } from '../tracking.errors.js';

/** Nobody turns pages faster. */
const PER_VISITOR = 60;
/** Many visitors share an address of their network's. */
const PER_ADDRESS = 600;
/** A hundred a second. */
const PER_WORKSPACE = 6_000;

/** How often pages may tell us something, a minute and in one process of the API. */
@Injectable()
export class BeaconLimits {
  private readonly byVisitor = new TokenBuckets(PER_VISITOR);
  private readonly byAddress = new TokenBuckets(PER_ADDRESS);
  private readonly byWorkspace = new TokenBuckets(PER_WORKSPACE);

  /** @throws AppError 429 tracking.too_many_requests */
  takeAddress(ip: string, now: Date): void {
    take(this.byAddress, ip, now);
  }

  /** The visitor first: what it may not say must not take from what others may. @throws AppError 429 */
  takeVisitor(workspaceId: string, visitor: string, now: Date): void {
    take(this.byVisitor, `${workspaceId} ${visitor}`, now);
    take(this.byWorkspace, workspaceId, now);
  }
}

function take(buckets: TokenBuckets, key: string, now: Date): void {
  const wait = buckets.take(key, now.getTime());
  if (wait > 0) throw tooManyBeacons(Math.ceil(wait / 1000));
}
