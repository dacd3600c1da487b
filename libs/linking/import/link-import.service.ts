import { Injectable } from '@nestjs/common';
import { Channels, LineUsers } from '#channels';
import { Database } from '#database';
import { check, invalid, type FieldError, type Scope } from '#kernel';
import { Members } from '#members';
import { ImportedLinkDto, type LinkBatchAnswer, type LinkBatchDto } from '../linking.dto.js';
import { LinkConsequences } from '../link-consequences.service.js';
import { LinksRepository } from '../links.repository.js';

interface Given {
  index: number;
  link: ImportedLinkDto;
}

type Rejected = LinkBatchAnswer['rejected'];

/** Takes in links that another system made. */
@Injectable()
export class LinkImport {
  constructor(
    private readonly links: LinksRepository,
    private readonly consequences: LinkConsequences,
    private readonly members: Members,
    private readonly channels: Channels,
    private readonly people: LineUsers,
    private readonly db: Database,
  ) {}

  /** What is wrong with one link is told, the others are made. @throws AppError 400 for an unknown channel */
  async importAll(scope: Scope, { channelId, links }: LinkBatchDto): Promise<LinkBatchAnswer> {
    if (!(await this.channels.exists(scope, channelId))) {
      throw invalid([{ path: '/channelId', detail: 'is not a channel of this workspace' }]);
    }
    const { given, rejected } = checkAll(links);
    const ids = await this.members.find(scope, [...new Set(given.map(({ link }) => link.memberId))]);
    const known = given.filter(({ link }) => ids.has(link.memberId));
    const unknown = given.filter(({ link }) => !ids.has(link.memberId)).map(unknownMember);
    const created = await this.make(scope, channelId.toLowerCase(), known, ids);
    return {
      created,
      unchanged: known.length - created,
      rejected: [...rejected, ...unknown].sort((a, b) => a.index - b.index),
    };
  }

  /** @param ids inside ids of the members by external id. @returns how many links are new */
  private async make(scope: Scope, channelId: string, given: Given[], ids: Map<string, string>): Promise<number> {
    const now = scope.clock.now();
    return this.db.transaction(scope, async () => {
      const people = await this.people.ensure(
        scope,
        channelId,
        given.map(({ link }) => link.lineUserId),
      );
      const rows = given.map(({ link }) => ({
        memberId: ids.get(link.memberId)!,
        lineUserId: people.get(link.lineUserId)!,
        role: link.role,
        linkedAt: link.linkedAt === undefined ? now : new Date(link.linkedAt),
        friend: link.friend,
      }));
      // Holds the friend states still, so that none changes unseen between counting the ties and the commit.
      const changed = await this.people.believe(
        scope,
        rows.map(({ lineUserId, friend }) => ({ id: lineUserId, friend })),
      );
      const made = await this.links.insertNew(scope, channelId, rows, now);
      const touched = changed.length === 0 ? [] : await this.links.membersOf(scope, changed);
      await this.consequences.ofMaking(scope, { channelId, links: made }, touched);
      return made.length;
    });
  }
}

function checkAll(links: unknown[]): { given: Given[]; rejected: Rejected } {
  const given: Given[] = [];
  const rejected: Rejected = [];
  links.forEach((item, index) => {
    const { value, errors } = check(ImportedLinkDto, item);
    if (errors) rejected.push({ index, code: 'request.invalid', detail: errors.map(toText).join('; ') });
    else given.push({ index, link: value });
  });
  return { given, rejected };
}

function toText({ path, detail }: FieldError): string {
  return `${path} ${detail}`.trim();
}

function unknownMember({ index }: Given): Rejected[number] {
  return { index, code: 'member.not_found', detail: '/memberId is not a member of this workspace' };
}
