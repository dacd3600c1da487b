import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Discriminated, Refine } from '#kernel';
import { IsRule, type RuleNode } from '#segments';
import { EventTest, MOST_EVENT_TESTS } from './event-tests.js';
import { startClasses, STARTING_EVENTS, type JourneyStart, type StartingEvent } from './starts.js';
import { stepClasses, type JourneyStep } from './steps.js';

/** A journey is walked by people: what has more steps is several. */
export const MOST_STEPS = 100;
export const MOST_CANCELS = 20;

/** How often one member may come in. All that is given must allow it; absent: whenever it starts. */
@Refine<Reentry>(({ once, key, days }) =>
  once === undefined && key === undefined && days === undefined
    ? { path: '', detail: 'must have once, key or days' }
    : undefined,
)
export class Reentry {
  /** One run for ever. */
  @IsOptional() @IsIn([true]) once?: true;
  /** One run for each combination of these fields of the starting event, for example `["cartId"]`. */
  @IsOptional()
  @ArrayNotEmpty()
  @ArrayMaxSize(4)
  @Matches(/^[a-z][A-Za-z0-9]{0,63}$/, { each: true })
  key?: string[];
  /** One run begun in so many days. */
  @IsOptional() @IsInt() @Min(1) @Max(366) days?: number;
  /**
   * With `key`, what the same key does while a run of it waits before anything was sent: `ignore` (default), or
   * `restart`: the run begins anew with the later event.
   */
  @IsOptional() @IsIn(['ignore', 'restart']) repeat?: 'ignore' | 'restart';
}

/** What becomes of a member beside events, and may end a run. */
export const CHANGES = ['linked', 'unlinked', 'opted_out'] as const;
export type Change = (typeof CHANGES)[number];

export function isChange(type: string): type is Change {
  return (CHANGES as readonly string[]).includes(type);
}

/** Ends a run wherever it is, before its next step. */
@Refine<Cancel>(({ event, change }) =>
  (event === undefined) === (change === undefined)
    ? { path: '', detail: 'must have either event or change' }
    : undefined,
)
export class Cancel {
  @IsOptional() @IsIn(STARTING_EVENTS) event?: StartingEvent;
  @IsOptional()
  @ArrayMaxSize(MOST_EVENT_TESTS)
  @ValidateNested({ each: true })
  @Type(() => EventTest)
  where?: EventTest[];
  /** A tie that was made or ended; or the member wants to be sent something no more, whose `purpose` `where` may ask. */
  @IsOptional() @IsIn(CHANGES) change?: Change;
}

/** What a journey does: data, and all there is to know about it. */
export class JourneyDefinition {
  /** The LINE channel its sends go out by. */
  @IsUUID() channelId: string;
  @Discriminated('on', startClasses) start: JourneyStart;
  /** Only members for whom it holds, as of the start. */
  @IsOptional() @IsRule() filter?: RuleNode;
  @IsOptional() @ValidateNested() @Type(() => Reentry) reentry?: Reentry;
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_STEPS)
  @Discriminated('kind', stepClasses, { each: true })
  steps: JourneyStep[];
  @IsOptional() @ArrayMaxSize(MOST_CANCELS) @ValidateNested({ each: true }) @Type(() => Cancel) cancel?: Cancel[];
}
