import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { Lang } from '../language.js';

export interface GivenConsent {
  /** members.id */
  memberId: string;
  /** line_users.id */
  lineUserId: string;
  channelId: string;
  version: string;
  text: string;
  privacyPolicyUrl: string | null;
  lang: Lang;
  consentedAt: Date;
}

@Injectable()
export class ConsentsRepository {
  constructor(private readonly db: Database) {}

  async add(scope: WorkspaceRef, given: GivenConsent): Promise<string> {
    const { id } = await this.db.one<{ id: string }>(
      scope,
      sql`insert into link_consents (workspace_id, member_id, line_user_id, channel_id, version, text,
                                     privacy_policy_url, lang, consented_at)
          values (${scope.workspaceId}, ${given.memberId}, ${given.lineUserId}, ${given.channelId}, ${given.version},
                  ${given.text}, ${given.privacyPolicyUrl}, ${given.lang}, ${given.consentedAt})
          returning id`,
    );
    return id;
  }
}
