export interface Settings {
  /** LINE's pages contradict each other on ids that no user of the provider has: skipped with 200, or refused. */
  unknownIds: 'skip' | 'refuse';
  rateLimits: boolean;
  /** Share by which published rates may be exceeded, for machines that stall. */
  rateTolerance: number;
  /** How long after its 202 a bulk or batch change of rich menus takes effect, by the emulator's clock. */
  bulkLagMs: number;
  /** Share of the people whom a batch change of rich menus leaves as they were; more than 0 ends it as `failed`. */
  batchFailShare: number;
}

export const defaultSettings: Settings = {
  unknownIds: 'skip',
  rateLimits: true,
  rateTolerance: 0,
  bulkLagMs: 2000,
  batchFailShare: 0,
};
