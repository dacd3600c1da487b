import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

export interface UnlinkQuestion {
  tokenHash: Buffer;
  channelId: string;
  /** line_users.id */
  lineUserId: string;
  /** links.id */
  linkIds: string[];
  expiresAt: Date;
}

@Injectable()
export class UnlinkQuestionsRepository {
  constructor(private readonly db: Database) {}

  async add(scope: WorkspaceRef, question: UnlinkQuestion): Promise<void> {
    const { tokenHash, channelId, lineUserId, linkIds, expiresAt } = question;
    await this.db.execute(
      scope,
      sql`insert into unlink_questions (workspace_id, token_hash, channel_id, line_user_id, link_ids, expires_at)
          values (${scope.workspaceId}, ${tokenHash}, ${channelId}, ${lineUserId}, ${linkIds}::bigint[], ${expiresAt})`,
    );
  }

  /** Forgets the questions to a LINE user that cannot be answered any more. */
  async forget(scope: WorkspaceRef, lineUserId: string, at: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from unlink_questions
           where workspace_id = ${scope.workspaceId} and line_user_id = ${lineUserId} and expires_at <= ${at}`,
    );
  }

  /**
   * Takes the answer to a question: once, by the one who was asked. The same event may bring it again.
   * @returns the links (links.id) to be ended; undefined for what was never asked, expired, or answered before
   */
  async answer(
    scope: WorkspaceRef,
    question: Pick<UnlinkQuestion, 'tokenHash' | 'channelId' | 'lineUserId'>,
    eventId: string,
    at: Date,
  ): Promise<string[] | undefined> {
    const row = await this.db.maybeOne<{ linkIds: string[] }>(
      scope,
      sql`update unlink_questions set answered_by = ${eventId}
           where workspace_id = ${scope.workspaceId} and token_hash = ${question.tokenHash}
             and channel_id = ${question.channelId} and line_user_id = ${question.lineUserId}
             and expires_at > ${at} and (answered_by is null or answered_by = ${eventId})
          returning link_ids::text[] as "linkIds"`,
    );
    return row?.linkIds;
  }
}
