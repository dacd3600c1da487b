import { Injectable } from '@nestjs/common';
import type { FriendState } from '#channels';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { StoredLinkPage } from './link-page.settings.js';

@Injectable()
export class LinkPagesRepository {
  constructor(private readonly db: Database) {}

  /** What is other than the defaults. */
  async find(scope: WorkspaceRef, channelId: string): Promise<StoredLinkPage | undefined> {
    const row = await this.db.maybeOne<{ settings: StoredLinkPage }>(
      scope,
      sql`select settings from link_pages where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
    return row?.settings;
  }

  /** What LINE has told us of the person of an attempt; a follow counts only if it happened after that had begun. */
  async friendshipSince(scope: WorkspaceRef, attemptId: string): Promise<FriendState | undefined> {
    const row = await this.db.maybeOne<{ state: FriendState }>(
      scope,
      sql`select case when u.friend_state = 'friend' and u.friend_state_at <= a.created_at then 'none'
                      else u.friend_state end as state
            from link_attempts a join line_users u on u.workspace_id = a.workspace_id and u.id = a.line_user_id
           where a.workspace_id = ${scope.workspaceId} and a.id = ${attemptId}`,
    );
    return row?.state;
  }

  /** Makes the row where it is missing, and holds it until the transaction ends. */
  async claim(scope: WorkspaceRef, channelId: string, at: Date): Promise<StoredLinkPage> {
    const { settings } = await this.db.one<{ settings: StoredLinkPage }>(
      scope,
      sql`insert into link_pages (workspace_id, channel_id, settings, updated_at)
          values (${scope.workspaceId}, ${channelId}, '{}', ${at})
          on conflict (workspace_id, channel_id) do update set updated_at = excluded.updated_at
          returning settings`,
    );
    return settings;
  }

  async write(scope: WorkspaceRef, channelId: string, settings: StoredLinkPage): Promise<void> {
    await this.db.execute(
      scope,
      sql`update link_pages set settings = ${JSON.stringify(settings)}::jsonb
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }

  /** @returns whether the host is this workspace's now; another one may have it */
  async claimHost(scope: WorkspaceRef, host: string): Promise<boolean> {
    await this.db.execute(
      scope,
      sql`insert into link_hosts (workspace_id, host) values (${scope.workspaceId}, ${host}) on conflict do nothing`,
    );
    const rows = await this.db.query(
      scope,
      sql`select 1 from link_hosts where workspace_id = ${scope.workspaceId} and host = ${host}`,
    );
    return rows.length === 1;
  }

  async dropUnusedHosts(scope: WorkspaceRef): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from link_hosts h where workspace_id = ${scope.workspaceId} and not exists (
            select from link_pages p where p.workspace_id = h.workspace_id and p.settings ->> 'host' = h.host)`,
    );
  }

  async workspaceOfHost(scope: null, host: string): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ workspaceId: string }>(
      scope,
      sql`select workspace_id as "workspaceId" from lookup_link_host(${host})`,
    );
    return row?.workspaceId;
  }

  async addDraft(
    scope: WorkspaceRef,
    draft: { id: string; channelId: string; settings: StoredLinkPage; expiresAt: Date },
  ): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into link_page_drafts (workspace_id, id, channel_id, settings, expires_at)
          values (${scope.workspaceId}, ${draft.id}, ${draft.channelId}, ${JSON.stringify(draft.settings)}::jsonb,
                  ${draft.expiresAt})`,
    );
  }

  async draft(scope: WorkspaceRef, channelId: string, id: string): Promise<StoredLinkPage | undefined> {
    const row = await this.db.maybeOne<{ settings: StoredLinkPage }>(
      scope,
      sql`select settings from link_page_drafts
           where workspace_id = ${scope.workspaceId} and id = ${id} and channel_id = ${channelId}`,
    );
    return row?.settings;
  }
}
