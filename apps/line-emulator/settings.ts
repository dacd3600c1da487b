export interface Settings {
  /** LINE's pages contradict each other on ids that no user of the provider has: skipped with 200, or refused. */
  unknownIds: 'skip' | 'refuse';
  rateLimits: boolean;
  /** Share by which published rates may be exceeded, for machines that stall. */
  rateTolerance: number;
}

export const defaultSettings: Settings = { unknownIds: 'skip', rateLimits: true, rateTolerance: 0 };
