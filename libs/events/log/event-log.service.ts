import { Injectable } from '@nestjs/common';
import type { WorkspaceRef } from '#kernel';
import { EventLogRepository, type EventsOf, type LoggedEvent, type MemberRange } from './event-log.repository.js';

/** What members did, read again: for whoever acts on events after they were stored. */
@Injectable()
export class EventLog {
  constructor(private readonly repository: EventLogRepository) {}

  /** Events of these members that arrived at or after `fromSeq`, in the order in which they happened, then arrived. */
  async since(scope: WorkspaceRef, of: EventsOf): Promise<LoggedEvent[]> {
    return of.memberIds.length > 0 && of.types.length > 0 ? this.repository.since(scope, of) : [];
  }

  /** The same for events of nobody, such as a restock. */
  async ofNobody(scope: WorkspaceRef, of: Omit<EventsOf, 'memberIds'>): Promise<LoggedEvent[]> {
    return of.types.length > 0 ? this.repository.ofNobody(scope, of) : [];
  }

  /**
   * All such events of the next members, whole member by member, in the order in which they happened, then arrived.
   * To go on, name the member of the last event; nothing is answered when there is nobody left.
   */
  async ofMembers(scope: WorkspaceRef, range: MemberRange): Promise<LoggedEvent[]> {
    return range.types.length > 0 ? this.repository.ofMembers(scope, range) : [];
  }
}
