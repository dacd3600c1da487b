import { Injectable } from '@nestjs/common';
import { EventLog, type LoggedEvent } from '#events';
import type { Scope } from '#kernel';
import { PastMemberships, type PastChange } from '#segments';
import type { SegmentStart } from '../definition/starts.js';
import { isChange } from '../definition/journey-definition.js';
import type { JourneyEvent, Prepared } from '../machine/run.js';
import type { GivenEvents } from './given-events.js';
import type { Timeline } from './member-walk.js';
import type { DaysInPeriod } from './occurrences.js';
import { isIn, type Period } from './period.js';
import { SimulationRepository, type Next, type OptOut, type Tie } from './simulation.repository.js';
import type { GatheredStarts } from './starts/gathered-starts.js';
import { PastsRepository, type RankChange } from './starts/pasts.repository.js';

/** Members at a time: thousands of questions in one statement. */
const MOST_MEMBERS = 2_000;
const FIRST_MEMBERS = 500;
/** Events at a time, about: some megabytes. */
const EVENTS = 20_000;

/** What is simulated. */
export interface Plan {
  prepared: Prepared;
  /** The saved journey that it is, or is a draft of; null: none. */
  journeyId: string | null;
  period: Period;
  /** Events in place of those that are stored. */
  given?: GivenEvents;
  /** What was gathered beforehand, where that is how the journey starts. */
  gathered?: GatheredStarts;
  /** Of a journey that days of members start. */
  days?: DaysInPeriod;
  /** Of a journey that a schedule starts: what everybody hears. */
  strikes?: JourneyEvent[];
}

/** Where to go on. */
export interface Place {
  /** members.id, or how many were there, of the people so far. */
  after: string;
  /** Members to ask for next, so that their events are about as many as are wanted. */
  members: number;
}

/** The next people, and where to go on; null: that was all. */
export interface Part {
  timelines: Timeline[];
  next: Place | null;
}

/** Finds the people whom a journey may concern, and what they did, in the order of their ids. */
@Injectable()
export class Timelines {
  constructor(
    private readonly repository: SimulationRepository,
    private readonly log: EventLog,
    private readonly pasts: PastsRepository,
    private readonly memberships: PastMemberships,
  ) {}

  /** @param place `next` of the part before; absent to begin */
  async part(scope: Scope, plan: Plan, place: Place = { after: '0', members: FIRST_MEMBERS }): Promise<Part> {
    const people = await this.people(scope, plan, place);
    const timelines = await this.timelines(scope, plan, people);
    if (people.last === null) return { timelines, next: null };
    const events = timelines.reduce((sum, timeline) => sum + timeline.events.length, 0);
    const members = Math.round((place.members * EVENTS) / Math.max(1, events));
    return { timelines, next: { after: people.last, members: Math.min(MOST_MEMBERS, Math.max(1, members)) } };
  }

  private async people(scope: Scope, plan: Plan, { after, members: most }: Place): Promise<People> {
    const { start } = plan.prepared.definition;
    const lastOf = (ids: readonly string[]) => (ids.length < most ? null : ids.at(-1)!);
    switch (start.on) {
      case 'date': {
        const days = await this.repository.days(scope, start, { after, most });
        const starts = new Map(days.map((day) => [day.memberId, plan.days!.of(day)]));
        const memberIds = [...starts.keys()].filter((id) => starts.get(id)!.length > 0);
        return { memberIds, starts, last: lastOf([...starts.keys()]) };
      }
      case 'schedule': {
        const memberIds = await this.repository.members(scope, { after, most });
        return { memberIds, starts: new Map(memberIds.map((id) => [id, plan.strikes!])), last: lastOf(memberIds) };
      }
      case 'rank': {
        const changes = await this.pasts.rankChanges(scope, { after, most }, plan.period);
        const byId = Map.groupBy(changes, ({ memberId }) => memberId);
        const memberIds = [...byId.keys()];
        const starts = new Map(memberIds.map((id) => [id, byId.get(id)!.map(rankEvent)]));
        return { memberIds, starts, last: lastOf(memberIds) };
      }
      case 'segment':
        return this.ofSegment(scope, start, plan.period, { after, most });
      case 'restock':
      case 'friend': {
        const memberIds = plan.gathered!.people(Number(after), most);
        const last = memberIds.length < most ? null : String(Number(after) + most);
        return { memberIds, starts: new Map(memberIds.map((id) => [id, plan.gathered!.of(id)])), last };
      }
      case 'link': {
        const memberIds = await this.repository.linkedMembers(scope, { after, most });
        return { memberIds, last: lastOf(memberIds) };
      }
      default: {
        if (!plan.given) return this.logged(scope, plan, { after, most });
        const memberIds = plan.given.members(Number(after), most);
        return { memberIds, last: memberIds.length < most ? null : String(Number(after) + most) };
      }
    }
  }

  /** Whoever enters or leaves; of everybody it is asked when. */
  private async ofSegment(
    scope: Scope,
    { segmentId }: SegmentStart,
    { from, to = scope.clock.now() }: Period,
    next: Next,
  ): Promise<People> {
    const everybody = await this.repository.members(scope, next);
    const stretch = { from: from?.getTime() ?? -Infinity, to: to.getTime() };
    const changes = await this.memberships.changes(scope, segmentId, everybody, stretch);
    const starts = new Map(
      [...changes].map(([memberId, of]) => [memberId, of.map((one) => changeEvent(segmentId, one))]),
    );
    return { memberIds: [...starts.keys()], starts, last: everybody.length < next.most ? null : everybody.at(-1)! };
  }

  private async logged(scope: Scope, plan: Plan, { after, most }: { after: string; most: number }): Promise<People> {
    const range = { afterMember: after, members: most, types: [...eventTypes(plan)], ...plan.period };
    const events = byMember(await this.log.ofMembers(scope, range));
    const memberIds = [...events.keys()];
    return { memberIds, events, last: memberIds.length < most ? null : memberIds.at(-1)! };
  }

  /** All that these people did, in order of time. */
  private async timelines(scope: Scope, plan: Plan, people: People): Promise<Timeline[]> {
    const { memberIds, starts } = people;
    const events = people.events ?? (await this.events(scope, plan, memberIds));
    const ties = asksTies(plan) ? await this.repository.ties(scope, memberIds, plan.period) : new Map<string, Tie[]>();
    const optOuts = plan.prepared.listensTo.has('opted_out')
      ? await this.repository.optOuts(scope, memberIds, plan.period)
      : new Map<string, OptOut[]>();
    return memberIds.map((memberId) => {
      const own = [
        starts?.get(memberId) ?? [],
        tieEvents(plan, ties.get(memberId) ?? []),
        (optOuts.get(memberId) ?? []).map(optOutEvent),
        events.get(memberId) ?? [],
      ];
      const filled = own.filter((list) => list.length > 0);
      // A stable sort: of one moment, what starts by the calendar or by a tie comes before other events.
      return { memberId, events: filled.length === 1 ? filled[0]! : filled.flat().sort((a, b) => a.at - b.at) };
    });
  }

  private async events(scope: Scope, plan: Plan, memberIds: string[]): Promise<Map<string, JourneyEvent[]>> {
    const types = eventTypes(plan);
    const isInside = ({ at }: { at: number }) => isIn(plan.period, new Date(at));
    const { given } = plan;
    if (given) return new Map(memberIds.map((id) => [id, given.of(id, types).filter(isInside)]));
    const logged = await this.log.since(scope, { memberIds, fromSeq: '0', types: [...types] });
    return byMember(logged.filter(isInside));
  }
}

interface People {
  memberIds: string[];
  /** What starts runs beside events and ties. */
  starts?: Map<string, JourneyEvent[]>;
  /** Where they are known already. */
  events?: Map<string, JourneyEvent[]>;
  /** After whom others may come; null: that was all. */
  last: string | null;
}

/** Types of events that start or concern a run. */
function eventTypes({ prepared: { definition, listensTo } }: Plan): Set<string> {
  const { start } = definition;
  const types = new Set([...listensTo].filter((type) => !isChange(type)));
  return start.on === 'event' ? types.add(start.event) : types;
}

function asksTies({ prepared: { definition, listensTo } }: Plan): boolean {
  return definition.start.on === 'link' || listensTo.has('linked') || listensTo.has('unlinked');
}

/** What a takeover moved starts nothing: nobody came, and nobody left. */
function tieEvents({ prepared: { definition } }: Plan, ties: readonly Tie[]): JourneyEvent[] {
  const wanted = definition.start.on === 'link' ? ties.filter(({ moved }) => !moved) : ties;
  return wanted.map(({ linkId, change, at, role, route, channelId }) => {
    return { seq: `${change}:${linkId}`, type: change, at, body: { role, route, channelId } };
  });
}

function optOutEvent({ id, at, purpose }: OptOut): JourneyEvent {
  return { seq: `opted_out:${id}`, type: 'opted_out', at, body: { purpose } };
}

function rankEvent({ at, rank }: RankChange): JourneyEvent {
  return { seq: `rank:${at}`, type: 'rank', at, body: { rank } };
}

function changeEvent(segmentId: string, { at, change }: PastChange): JourneyEvent {
  return { seq: `${change}:${segmentId}:${at}`, type: change, at, body: { segmentId } };
}

function byMember(events: readonly LoggedEvent[]): Map<string, JourneyEvent[]> {
  const all = new Map<string, JourneyEvent[]>();
  for (const { memberId, seq, type, at, body } of events) {
    const event = { seq, type, at, body };
    const own = all.get(memberId!);
    if (own) own.push(event);
    else all.set(memberId!, [event]);
  }
  return all;
}
