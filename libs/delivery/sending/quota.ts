import type { LineChannelClient } from '#line';

/** Messages LINE still allows this month; Infinity without a limit, undefined where LINE does not tell now. */
export async function quotaLeft(client: LineChannelClient): Promise<number | undefined> {
  const [quota, consumption] = await Promise.all([client.quota(), client.quotaConsumption()]);
  if (quota.kind !== 'answered' || consumption.kind !== 'answered') return undefined;
  const { type, value } = quota.value;
  if (type !== 'limited' || value === undefined) return Infinity;
  return Math.max(0, value - consumption.value.totalUsage);
}
