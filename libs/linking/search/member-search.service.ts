import { Injectable } from '@nestjs/common';
import { decodeCursor, toPage, type Page } from '#http';
import { fromMinor, isCalendarDate, startOfLocalDay, toInstant, type Scope } from '#kernel';
import type { FoundMemberDto, MemberSearchQuery } from './member-search.dto.js';
import { MemberSearchRepository, type FoundMember } from './member-search.repository.js';

/** Finds members by their links, and by what people know of them at a counter or on the telephone. */
@Injectable()
export class MemberSearch {
  constructor(private readonly repository: MemberSearchRepository) {}

  async search(scope: Scope, query: MemberSearchQuery): Promise<Page<FoundMemberDto>> {
    const rows = await this.find(scope, query);
    return toPage(
      rows,
      query.limit,
      (row) => shown(scope, row),
      ({ place }) => place,
    );
  }

  /** One more than the page holds. */
  private find(scope: Scope, query: MemberSearchQuery): Promise<FoundMember[]> {
    const { linked, role, linkedFrom, linkedTo, q, cursor } = query;
    const limit = query.limit + 1;
    const after = (...kinds: Parameters<typeof decodeCursor>[1][]) =>
      cursor === undefined ? undefined : decodeCursor(cursor, ...kinds);
    const wanted =
      (role ?? linkedFrom ?? linkedTo) === undefined
        ? undefined
        : { role, from: momentOf(scope, linkedFrom), to: momentOf(scope, linkedTo) };
    if (q !== undefined) return this.repository.byText(scope, q, { linked, wanted }, { limit, after: after('text') });
    if (wanted) return this.repository.byLink(scope, wanted, { limit, after: after('integer', 'integer') });
    return this.repository.all(scope, linked, { limit, after: after('integer') });
  }
}

function momentOf({ timeZone }: Scope, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  return isCalendarDate(text) ? startOfLocalDay(text, timeZone) : toInstant(text);
}

function shown({ currency }: Scope, { place: _, ...member }: FoundMember): FoundMemberDto {
  return {
    ...member,
    purchaseTotal: fromMinor(BigInt(member.purchaseTotal), currency),
  };
}
