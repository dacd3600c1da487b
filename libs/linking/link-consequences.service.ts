import { Injectable } from '@nestjs/common';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import type { EndReason } from './link.entity.js';
import { linked, MOST_LINKS_IN_A_FACT, unlinked, type LinkRef } from './linking.jobs.js';
import { MemberTracesRepository } from './member-traces.repository.js';
import { TieKeeper } from './tie-keeper.service.js';
import { LoginGrants, type GrantTokens } from './unlink/login-grants.service.js';

/** Links of one channel that were made or ended in the ambient transaction. */
export interface ChangedLinks {
  channelId: string;
  links: LinkRef[];
  /** Where a takeover, or its undoing, has moved them. */
  takeoverId?: string;
}

export interface EndedLinks extends ChangedLinks {
  reason: EndReason;
  /** When LINE is told of a consent that is no longer needed; default: at once. */
  deauthorizeAt?: Date;
}

/** What follows from a link's beginning and end, in the transaction of that: the members' ties, LINE's consent, facts. */
@Injectable()
export class LinkConsequences {
  constructor(
    private readonly ties: TieKeeper,
    private readonly grants: LoginGrants,
    private readonly traces: MemberTracesRepository,
    private readonly jobs: Jobs,
  ) {}

  /** The LINE user has consented to our Login channel. */
  async granted(scope: Scope, channelId: string, lineUserId: string, tokens: GrantTokens): Promise<void> {
    await this.grants.keep(scope, { channelId, lineUserId, tokens });
  }

  /** @param alsoCount members (inside ids) whose ties have changed for another reason in the same transaction */
  async ofMaking(scope: Scope, made: ChangedLinks, alsoCount: string[] = []): Promise<void> {
    await this.ties.recount(scope, [...membersOf(made), ...alsoCount]);
    if (made.links.length === 0) return;
    await this.grants.stillNeeded(scope, lineUsersOf(made));
    for (const part of inFacts(scope, made)) await this.jobs.announce(scope, linked, part);
  }

  /** The member's data are about to be erased: attempts come first, in the order of all locks. @param memberId members.id */
  async ofErasing(scope: Scope, memberId: string): Promise<void> {
    await this.traces.endAttempts(scope, memberId);
  }

  /** The member's data are erased, and their links have ended. @param memberId members.id */
  async ofErasure(scope: Scope, memberId: string): Promise<void> {
    await this.traces.forget(scope, memberId);
  }

  async ofEnding(scope: Scope, { reason, deauthorizeAt, ...ended }: EndedLinks): Promise<void> {
    if (ended.links.length === 0) return;
    await this.ties.recount(scope, membersOf(ended));
    if (reason === 'channel_deleted') await this.grants.channelGone(scope, ended.channelId, lineUsersOf(ended));
    else await this.grants.noLongerNeeded(scope, lineUsersOf(ended), deauthorizeAt);
    for (const part of inFacts(scope, ended)) await this.jobs.announce(scope, unlinked, { ...part, reason });
  }
}

function membersOf({ links }: ChangedLinks): string[] {
  return links.map(({ memberId }) => memberId);
}

function lineUsersOf({ links }: ChangedLinks): string[] {
  return [...new Set(links.map(({ lineUserId }) => lineUserId))];
}

function inFacts({ workspaceId }: Scope, { links, ...of }: ChangedLinks) {
  const parts = Math.ceil(links.length / MOST_LINKS_IN_A_FACT);
  return Array.from({ length: parts }, (_, n) => ({
    workspaceId,
    ...of,
    links: links.slice(n * MOST_LINKS_IN_A_FACT, (n + 1) * MOST_LINKS_IN_A_FACT),
  }));
}
