import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { AtLeastOneOf, IsAmount, Refine } from '#kernel';

const inOrder = Refine<{ gte?: number; lte?: number }>(({ gte, lte }) =>
  gte !== undefined && lte !== undefined && gte > lte ? { path: '', detail: 'gte must not be above lte' } : undefined,
);

/** At least, at most, of whole things. */
@AtLeastOneOf('gte', 'lte')
@inOrder
export class CountBound {
  @IsOptional() @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) gte?: number;
  @IsOptional() @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) lte?: number;
}

/** At least, at most, of money in the workspace's currency. */
@AtLeastOneOf('gte', 'lte')
@inOrder
export class AmountBound {
  @IsOptional() @IsAmount() gte?: number;
  @IsOptional() @IsAmount() lte?: number;
}
