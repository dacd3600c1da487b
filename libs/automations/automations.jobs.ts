import { ArrayMaxSize, ArrayNotEmpty, IsInt, IsUUID, Matches, Min } from 'class-validator';
import { defineFact, defineJob, defineSchedule } from '#jobs';
import { IsId, IsInstant, IsText, Nullable } from '#kernel';

const ROW_ID = /^\d{1,18}$/;
/** Of a member; with a minus, of a LINE user who is linked to none. */
const PERSON_ID = /^-?\d{1,18}$/;

/** Somebody is to see this menu on a channel from now on, before any rule; null: the rules decide again. */
export class MenuChosenRef {
  @IsUUID() workspaceId: string;
  @IsUUID() channelId: string;
  /** members.id; of a friend who is not linked, line_users.id with a minus */
  @Matches(PERSON_ID) memberId: string;
  @Nullable() @IsUUID() menuId: string | null;
}

export const menuChosen = defineFact({ name: 'automations.menu_chosen', payload: MenuChosenRef });

export class JourneysWorkspaceRef {
  @IsUUID() workspaceId: string;
}

/** Takes a workspace's due runs on, a batch at a time. Two at once share them; one too many finds nothing. */
export const advanceRuns = defineJob({
  name: 'automations.advance',
  lane: 'journeys',
  payload: JourneysWorkspaceRef,
  runs: 'outside',
});

export class TellRef {
  @IsUUID() workspaceId: string;
  /** members.id, or minus line_users.id of somebody who is not linked */
  @Matches(/^-?\d{1,18}$/) memberId: string;
  @Matches(ROW_ID) runId: string;
  @Matches(/^[a-z][a-z0-9-]{0,39}$/) stepId: string;
  /** Of the decision in the run's trace. */
  @IsInt() @Min(1) number: number;
}

/** Tells another system that a run came to its webhook step. */
export const tellOthers = defineJob({
  name: 'automations.tell',
  lane: 'bulk',
  payload: TellRef,
  runs: 'outside',
});

export class CalendarRef {
  @IsUUID() workspaceId: string;
  @IsUUID() journeyId: string;
  /** The occurrence, RFC 3339. */
  @IsInstant() at: string;
  /** members.id of the last one brought in; `0` at first */
  @Matches(ROW_ID) after: string;
}

/** Brings the next members into a journey that the calendar starts. Safe to run twice. */
export const startByCalendar = defineJob({ name: 'automations.start_by_calendar', lane: 'bulk', payload: CalendarRef });

/** Members one job brings in. */
export const MOST_IN_LOT = 1_000;

export class RestockRef {
  @IsUUID() workspaceId: string;
  @IsUUID() journeyId: string;
  /** Which restock it is. */
  @IsText(200, { min: 1 }) seq: string;
  /** The company's own id. */
  @IsId() productId: string;
  /** When it happened, RFC 3339. */
  @IsInstant() at: string;
  /** members.id */
  @ArrayNotEmpty() @ArrayMaxSize(MOST_IN_LOT) @Matches(ROW_ID, { each: true }) memberIds: string[];
}

/** Brings those into a journey who are told now that a product is back. Safe to run twice. */
export const bringInRestock = defineJob({
  name: 'automations.bring_in_restock',
  lane: 'journeys',
  payload: RestockRef,
});

/** Looks which journeys the calendar starts now. */
export const lookAtCalendar = defineSchedule({ name: 'automations.look_at_calendar', lane: 'journeys', every: 10_000 });

/** Gives up runs that have ended long enough ago. */
export const keepRuns = defineSchedule({ name: 'automations.keep_runs', lane: 'bulk', every: 6 * 60 * 60_000 });

/** Wakes the workspaces that have runs due. */
export const lookAtRuns = defineSchedule({ name: 'automations.look_at_clock', lane: 'journeys', every: 1_000 });
