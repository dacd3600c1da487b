import { Injectable } from '@nestjs/common';
import { Database, sql, texts } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';

export interface TrackingSettings {
  key: string;
  enabled: boolean;
  /** As browsers send them: `https://shop.example`. */
  origins: string[];
}

@Injectable()
export class TrackingSettingsRepository {
  constructor(private readonly db: Database) {}

  find(scope: WorkspaceRef): Promise<TrackingSettings | undefined> {
    return this.db.maybeOne<TrackingSettings>(
      scope,
      sql`select key, enabled, origins from tracking_settings where workspace_id = ${scope.workspaceId}`,
    );
  }

  /** @param key for a workspace that has none yet; otherwise its own stays */
  put(scope: Scope, { enabled, origins, key }: TrackingSettings): Promise<TrackingSettings> {
    return this.db.one<TrackingSettings>(
      scope,
      sql`insert into tracking_settings (workspace_id, key, enabled, origins, updated_at)
          values (${scope.workspaceId}, ${key}, ${enabled}, ${texts(origins)}::text[],
                  ${scope.clock.now().toISOString()}::timestamptz)
          on conflict (workspace_id) do update
             set enabled = excluded.enabled, origins = excluded.origins, updated_at = excluded.updated_at
          returning key, enabled, origins`,
    );
  }

  /** @returns undefined where there are no settings yet */
  replaceKey(scope: Scope, key: string): Promise<TrackingSettings | undefined> {
    return this.db.maybeOne<TrackingSettings>(
      scope,
      sql`update tracking_settings set key = ${key}, updated_at = ${scope.clock.now().toISOString()}::timestamptz
           where workspace_id = ${scope.workspaceId} returning key, enabled, origins`,
    );
  }

  /** Whose key it is; undefined for one that is nobody's or switched off. */
  async workspaceOf(scope: null, key: string): Promise<string | undefined> {
    const [row] = await this.db.call<{ workspaceId: string }>(
      scope,
      sql`select workspace_id as "workspaceId" from lookup_tracking_key(${key})`,
    );
    return row?.workspaceId;
  }

  /** All that have ever had settings. */
  async workspaces(scope: null): Promise<string[]> {
    const rows = await this.db.call<{ workspaceId: string }>(
      scope,
      sql`select workspace_id as "workspaceId" from lookup_tracking_workspaces()`,
    );
    return rows.map(({ workspaceId }) => workspaceId);
  }
}
