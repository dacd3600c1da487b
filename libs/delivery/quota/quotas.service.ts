import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { localDate, startOfLocalDay, type Scope } from '#kernel';
import type { LineChannelClient } from '#line';
import { SpendingRepository } from '../ceilings/spending.repository.js';
import { LINE_TIME_ZONE } from '../price/plan-terms.js';
import { QuotasRepository, type ReadQuota } from './quotas.repository.js';
import { Reserved } from './reserved.repository.js';

export interface Quota extends ReadQuota {
  /** Planned by our own sends and not sent yet. */
  reserved: number;
  /** `limit − used − reserved`, 0 at least; null without a limit. */
  left: number | null;
}

/** How long LINE's word holds; what our own sends use up meanwhile is in `reserved` until then. */
const HOLDS_FOR_MS = 60_000;

/** What LINE still sends for a channel this month. */
@Injectable()
export class Quotas {
  constructor(
    private readonly channels: Channels,
    private readonly repository: QuotasRepository,
    private readonly spending: SpendingRepository,
    private readonly reserved: Reserved,
  ) {}

  /**
   * @param options `ask`: LINE is asked now, such as after it has said that nothing is left
   * @returns null where LINE cannot be asked and has not told this month. @throws AppError 404
   */
  async of(scope: Scope, channelId: string, { ask = false } = {}): Promise<Quota | null> {
    const now = scope.clock.now();
    const month = localDate(now, LINE_TIME_ZONE).with({ day: 1 });
    const monthStart = startOfLocalDay(month, LINE_TIME_ZONE);
    const known = await this.repository.find(scope, channelId, monthStart);
    const fresh = known && now.getTime() - known.readAt.getTime() < HOLDS_FOR_MS;
    // What is on its way while LINE is asked counts twice rather than never.
    const reserved = await this.reserved.openRecipients(scope, channelId);
    const read = fresh && !ask ? known : ((await this.ask(scope, channelId, month.toString())) ?? known);
    if (!read) return null;
    const left = read.limit === null ? null : Math.max(0, read.limit - read.used - reserved);
    return { ...read, reserved, left };
  }

  private async ask(scope: Scope, channelId: string, month: string): Promise<ReadQuota | undefined> {
    const own = await this.spending.since(scope, channelId, month);
    const told = await askLine(await this.channels.client(scope, channelId));
    if (!told) return undefined;
    const read = { ...told, readAt: scope.clock.now() };
    await this.repository.save(scope, channelId, read, Math.max(0, told.used - own));
    return read;
  }
}

/** @returns undefined where LINE does not tell now */
export async function askLine(client: LineChannelClient): Promise<Omit<ReadQuota, 'readAt'> | undefined> {
  const [quota, consumption] = await Promise.all([client.quota(), client.quotaConsumption()]);
  if (quota.kind !== 'answered' || consumption.kind !== 'answered') return undefined;
  const { type, value } = quota.value;
  return { limit: type === 'limited' ? (value ?? null) : null, used: consumption.value.totalUsage };
}
