import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { ExactlyOneOf, IsText } from '#kernel';
import { LINK_ROLES, type LinkRole } from '#linking';
import { EventTest, MOST_EVENT_TESTS } from './event-tests.js';

/** `HH:MM` by the workspace's clocks. */
export const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Events of members; `restock` happens to a product and has a start of its own. */
export const STARTING_EVENTS = ['purchase', 'refund', 'cart', 'shipment', 'visit', 'booking', 'browse'] as const;
export type StartingEvent = (typeof STARTING_EVENTS)[number];

/** A member did something. */
export class EventStart {
  readonly on = 'event';
  @IsIn(STARTING_EVENTS) event: StartingEvent;
  /** All must hold. */
  @IsOptional()
  @ArrayMaxSize(MOST_EVENT_TESTS)
  @ValidateNested({ each: true })
  @Type(() => EventTest)
  where?: EventTest[];
}

/** A product is back: for those who asked for it, and on demand for those who looked at it lately. */
export class RestockStart {
  readonly on = 'restock';
  /** Those who viewed it in so many days come too; absent: only those who asked. */
  @IsOptional() @IsInt() @Min(1) @Max(365) browsedWithinDays?: number;
  /** So many first, in the order in which they asked, and the others later; absent: all at once. */
  @IsOptional() @IsInt() @Min(1) @Max(1_000_000) first?: number;
  /** Minutes between one lot of `first` and the next. */
  @IsOptional() @IsInt() @Min(1) @Max(10_080) everyMinutes?: number;
}

/** A tie was made or ended. */
export class LinkStart {
  readonly on = 'link';
  @IsIn(['linked', 'unlinked']) change: 'linked' | 'unlinked';
  @IsOptional() @IsIn(LINK_ROLES) role?: LinkRole;
}

/** Somebody added the account as a friend, or came back after blocking it; who is not linked walks as a LINE user. */
export class FriendStart {
  readonly on = 'friend';
  /** Only those who are linked to a member, or only those who are not; absent: both. */
  @IsOptional() @IsBoolean() linked?: boolean;
}

/** A member got another rank. */
export class RankStart {
  readonly on = 'rank';
  /** Only to one of these; absent: any. */
  @IsOptional() @ArrayNotEmpty() @ArrayMaxSize(100) @IsText(1_000, { each: true, min: 1 }) to?: string[];
}

/** A member came into a segment or left it. */
export class SegmentStart {
  readonly on = 'segment';
  @IsUUID() segmentId: string;
  @IsIn(['entered', 'left']) change: 'entered' | 'left';
}

/** A day of each member's own comes round: their birthday, the first of their birth month, or a date attribute. */
@ExactlyOneOf('birthday', 'birthMonth', 'attribute')
export class DateStart {
  readonly on = 'date';
  /** Every year; 29 February on 28 in common years. */
  @IsOptional() @IsIn([true]) birthday?: true;
  /** The first of the month, every year. */
  @IsOptional() @IsIn([true]) birthMonth?: true;
  /** A date attribute (`YYYY-MM-DD`), once. */
  @IsOptional() @IsText(200, { min: 1 }) attribute?: string;
  /** Days from that day; −1 is the day before. */
  @IsOptional() @IsInt() @Min(-365) @Max(365) days?: number;
  @Matches(TIME_OF_DAY, { message: 'must be a time of day HH:MM' }) at: string;
}

/** The clock: everybody whom the filter names, at each occurrence. */
export class ScheduleStart {
  readonly on = 'schedule';
  /** Five fields, by the workspace's clocks; no more often than hourly. */
  @IsText(100, { min: 1 }) cron: string;
}

export const startClasses = () => ({
  event: EventStart,
  restock: RestockStart,
  link: LinkStart,
  friend: FriendStart,
  rank: RankStart,
  segment: SegmentStart,
  date: DateStart,
  schedule: ScheduleStart,
});

export type JourneyStart =
  EventStart | RestockStart | LinkStart | FriendStart | RankStart | SegmentStart | DateStart | ScheduleStart;
