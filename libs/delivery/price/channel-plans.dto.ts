import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Nullable, Refine, type FieldError } from '#kernel';
import { LINE_PLANS, type LinePlan } from './tariffs.js';

const MOST_MESSAGES = 1_000_000_000;

/** What further messages cost, up to and including so many of a month. */
export class TierDto {
  /** Null, or absent: all that come after; of the last one only. */
  @IsOptional() @Nullable() @IsInt() @Min(1) @Max(MOST_MESSAGES) upTo?: number | null;
  /** Yen a message without tax, with one decimal at most. */
  @IsNumber({ maxDecimalPlaces: 1 }) @Min(0) @Max(1_000) yen: number;
}

/** `prices` are for those who have agreed on others with LINE, or where LINE's have changed. */
@Refine<ChannelPlanDto>(({ plan, prices }) => {
  if (!prices) return undefined;
  return plan === 'standard'
    ? pricesError(prices)
    : { path: '/prices', detail: 'only the standard plan has further messages' };
})
export class ChannelPlanDto {
  @IsIn(LINE_PLANS) plan: LinePlan;
  /** Null, or absent: LINE's common ones. */
  @IsOptional()
  @Nullable()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => TierDto)
  prices?: TierDto[] | null;
}

function pricesError(prices: readonly TierDto[]): FieldError | undefined {
  let before = 0;
  for (const [n, { upTo }] of prices.entries()) {
    const last = n === prices.length - 1;
    const place = `/prices/${n}/upTo`;
    if (last !== (upTo == null)) return { path: place, detail: last ? 'must be absent in the last' : 'must be given' };
    if (upTo != null && upTo <= before) return { path: place, detail: 'must be more than the one before' };
    before = upTo ?? before;
  }
  return undefined;
}
