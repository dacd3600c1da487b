import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsUrl,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { SEND_CLASSES, type SendClass } from '#delivery';
import { CheckedLater, ExactlyOneOf, IsText, Nullable, Refine } from '#kernel';
import { LINK_ROLES, type LinkRole } from '#linking';
import { IsRule, type RuleNode } from '#segments';
import { EventTest, MOST_EVENT_TESTS } from './event-tests.js';
import { STARTING_EVENTS, TIME_OF_DAY, type StartingEvent } from './starts.js';

/** Name of a step inside its journey. */
export const STEP_ID = /^[a-z][a-z0-9-]{0,39}$/;
const timeMessage = { message: 'must be a time of day HH:MM' };

/** What every step has. Without `next` the step after it in the list follows; after the last one the run is done. */
export class StepFields {
  @Matches(STEP_ID) id: string;
  @IsOptional() @Matches(STEP_ID) next?: string;
}

/** At least a minute, at most a leap year and a day of each kind. */
@Refine<Duration>(({ days = 0, hours = 0, minutes = 0 }) =>
  days + hours + minutes > 0 ? undefined : { path: '', detail: 'must be a minute or more, in days, hours or minutes' },
)
export class Duration {
  @IsOptional() @IsInt() @Min(0) @Max(366) days?: number;
  @IsOptional() @IsInt() @Min(0) @Max(8_784) hours?: number;
  @IsOptional() @IsInt() @Min(0) @Max(527_040) minutes?: number;
}

/** Before or after an instant that the starting event has, for example a booking's `startsAt`: hours, or days and a time. */
@Refine<RelativeWait>(({ days, hours, at }) => {
  if (hours === undefined) return at === undefined ? { path: '', detail: 'must have hours, or at' } : undefined;
  return days === undefined && at === undefined
    ? undefined
    : { path: '/hours', detail: 'cannot stand beside days or at' };
})
export class RelativeWait {
  @Matches(/^[a-z][A-Za-z0-9]{0,63}$/) to: string;
  /** Local days from that day; 0 where absent. */
  @IsOptional() @IsInt() @Min(-366) @Max(366) days?: number;
  @IsOptional() @IsInt() @Min(-8_784) @Max(8_784) hours?: number;
  @IsOptional() @Matches(TIME_OF_DAY, timeMessage) at?: string;
}

/** Waits. Days are days of the workspace's calendar: a day after 10:00 is 10:00, also where clocks change. */
@ExactlyOneOf('for', 'until', 'relative')
export class WaitStep extends StepFields {
  readonly kind = 'wait';
  @IsOptional() @ValidateNested() @Type(() => Duration) for?: Duration;
  /** The next time that it is this time of day; now, if it is. */
  @IsOptional() @Matches(TIME_OF_DAY, timeMessage) until?: string;
  @IsOptional() @ValidateNested() @Type(() => RelativeWait) relative?: RelativeWait;
  /**
   * With `relative`: what to do where the moment is past already, or the event has no such date; default `continue`.
   * Where it was to be before an instant that is past too, sends up to the next wait are skipped either way: `begun`.
   */
  @IsOptional() @IsIn(['continue', 'stop']) ifPast?: 'continue' | 'stop';
  /** Where to go on then, in place of `ifPast`. */
  @IsOptional() @Matches(STEP_ID) onPast?: string;
}

/** Waits until the member does something, at most so long. */
export class WaitForStep extends StepFields {
  readonly kind = 'wait-for';
  @IsIn(STARTING_EVENTS) event: StartingEvent;
  @IsOptional()
  @ArrayMaxSize(MOST_EVENT_TESTS)
  @ValidateNested({ each: true })
  @Type(() => EventTest)
  where?: EventTest[];
  @ValidateNested() @Type(() => Duration) within: Duration;
  /** Where to go on when it did not happen in time; absent: the run stops. */
  @IsOptional() @Matches(STEP_ID) onTimeout?: string;
}

/** Goes one way or the other by a rule about the member, or by the event that started the run. */
@ExactlyOneOf('rule', 'event')
export class BranchStep extends StepFields {
  readonly kind = 'branch';
  @IsOptional() @IsRule() rule?: RuleNode;
  @IsOptional()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_EVENT_TESTS)
  @ValidateNested({ each: true })
  @Type(() => EventTest)
  event?: EventTest[];
  /** Where it does not hold; absent: the run stops. `next` is where it does. */
  @IsOptional() @Matches(STEP_ID) otherwise?: string;
}

export class AtMost {
  @IsInt() @Min(1) @Max(1_000) count: number;
  @IsInt() @Min(1) @Max(366) days: number;
}

export class SendStep extends StepFields {
  readonly kind = 'send';
  /** 1 to 5 LINE message objects with `{{member.…}}` and `{{event.…}}`; lists may have a `forEach`. */
  @CheckedLater() @IsArray() messages: object[];
  /** Default `triggered`. */
  @IsOptional() @IsIn(SEND_CLASSES) class?: SendClass;
  /** Only people who are linked in this role get it; the others are skipped as `not_in_role`. Default: in any. */
  @IsOptional() @IsIn(LINK_ROLES) role?: LinkRole;
  /** No more sends of this step to a member in so many days than so many; the run goes on without it. */
  @IsOptional() @ValidateNested() @Type(() => AtMost) atMost?: AtMost;
}

export class TagStep extends StepFields {
  readonly kind = 'tag';
  @ArrayNotEmpty() @ArrayMaxSize(20) @IsText(1_000, { each: true, min: 1 }) tags: string[];
}

export class UntagStep extends StepFields {
  readonly kind = 'untag';
  @ArrayNotEmpty() @ArrayMaxSize(20) @IsText(1_000, { each: true, min: 1 }) tags: string[];
}

/** The member's LINE users see this menu from now on, before any rule; null: the rules decide again. */
export class RichMenuStep extends StepFields {
  readonly kind = 'rich-menu';
  @Nullable() @IsUUID() menuId: string | null;
}

/** Tells another system, by a signed POST. */
export class WebhookStep extends StepFields {
  readonly kind = 'webhook';
  @IsUrl({ protocols: ['https', 'http'], require_tld: false, require_protocol: true }) url: string;
}

export class StopStep extends StepFields {
  readonly kind = 'stop';
}

export const stepClasses = () => ({
  wait: WaitStep,
  'wait-for': WaitForStep,
  branch: BranchStep,
  send: SendStep,
  tag: TagStep,
  untag: UntagStep,
  'rich-menu': RichMenuStep,
  webhook: WebhookStep,
  stop: StopStep,
});

export type JourneyStep =
  WaitStep | WaitForStep | BranchStep | SendStep | TagStep | UntagStep | RichMenuStep | WebhookStep | StopStep;
