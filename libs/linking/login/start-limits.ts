import { Injectable } from '@nestjs/common';
import { TokenBuckets } from '#http';
import { tooManyStarts } from '../pages/pages.errors.js';

/** Many phones share an address of their network's. */
const PER_ADDRESS = 60;
/** A campaign that everybody opens at once brings about ten a second. */
const PER_CHANNEL = 3_000;

/** How often an attempt may be started, a minute and in one process of the API. */
@Injectable()
export class StartLimits {
  private readonly byAddress = new TokenBuckets(PER_ADDRESS);
  private readonly byChannel = new TokenBuckets(PER_CHANNEL);

  /** @throws AppError 429 linking.too_many_starts */
  take(channelId: string, ip: string, now: Date): void {
    const at = now.getTime();
    // The address first: what it may not start must not take from what others may.
    if (this.byAddress.take(ip, at) > 0 || this.byChannel.take(channelId, at) > 0) throw tooManyStarts();
  }
}
