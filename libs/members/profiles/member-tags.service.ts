import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { MOST_MEMBERS, membersChanged } from '../members.jobs.js';
import { MembersRepository } from '../members.repository.js';
import { MemberTagsRepository, type TagOfMember } from './member-tags.repository.js';

/** Single tags of many members, changed without touching the others that they have. */
@Injectable()
export class MemberTags {
  constructor(
    private readonly db: Database,
    private readonly members: MembersRepository,
    private readonly tags: MemberTagsRepository,
    private readonly jobs: Jobs,
  ) {}

  /** What is so already, or of members that are gone, is left alone. In the ambient transaction, if there is one. */
  async change(scope: Scope, { add, remove }: { add: TagOfMember[]; remove: TagOfMember[] }): Promise<void> {
    if (add.length + remove.length === 0) return;
    await this.db.transaction(scope, async () => {
      await this.members.lock(scope, [...new Set([...add, ...remove].map(({ memberId }) => memberId))]);
      const removed = remove.length > 0 ? await this.tags.remove(scope, remove) : [];
      const added = add.length > 0 ? await this.tags.add(scope, add) : [];
      const changed = [...new Set([...removed, ...added])];
      for (let from = 0; from < changed.length; from += MOST_MEMBERS) {
        const memberIds = changed.slice(from, from + MOST_MEMBERS);
        await this.jobs.announce(scope, membersChanged, { workspaceId: scope.workspaceId, memberIds });
      }
    });
  }
}
