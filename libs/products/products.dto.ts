import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { CheckedLater, IsAmount, IsId, IsInstant, IsText, Nullable } from '#kernel';
import { Rejection } from '#members';
import { AVAILABILITIES, type Availability } from './stock.js';

const LONGEST_TEXT = 1_000;
const LONGEST_URL = 2_000;
/** A hundred million of one thing is a wrong number. */
const MOST_UNITS = 100_000_000;

/** What people's phones open: nothing but web addresses. */
const WebAddress = () => Matches(/^https?:\/\/[^\s]+$/i, { message: 'must be an http:// or https:// address' });

/** A product to be stored. Absent fields stay as they are, `null` clears. */
export class ProductWriteDto {
  /** The company's own id. */
  @IsId() productId: string;
  @IsText(LONGEST_TEXT, { min: 1 }) name: string;
  @IsOptional() @Nullable() @IsText(LONGEST_TEXT) category?: string | null;
  /** In the workspace's currency. */
  @IsAmount() price: number;
  @IsOptional() @Nullable() @IsAmount() salePrice?: number | null;
  @IsOptional() @Nullable() @IsText(LONGEST_URL) @WebAddress() imageUrl?: string | null;
  @IsOptional() @Nullable() @IsText(LONGEST_URL) @WebAddress() url?: string | null;
  /** Units; null: not counted. */
  @IsOptional() @Nullable() @IsInt() @Min(0) @Max(MOST_UNITS) stock?: number | null;
  /** Default: what `stock` says, and `in_stock` where nothing is said of a new product. */
  @IsOptional() @IsIn(AVAILABILITIES) availability?: Availability;
}

export class ProductBatchDto {
  @IsArray() @ArrayMaxSize(1_000) @CheckedLater(() => ProductWriteDto) products: unknown[];
}

/** The three counts and the length of `rejected` make up all posted products. */
export class ProductBatchAnswer {
  @IsInt() created: number;
  @IsInt() updated: number;
  @IsInt() unchanged: number;
  @ValidateNested({ each: true }) @Type(() => Rejection) rejected: Rejection[];
}

export class ProductDto {
  @IsId() productId: string;
  @IsText(LONGEST_TEXT) name: string;
  @Nullable() @IsText(LONGEST_TEXT) category: string | null;
  @IsNumber() price: number;
  @Nullable() @IsNumber() salePrice: number | null;
  @Nullable() @IsText(LONGEST_URL) imageUrl: string | null;
  @Nullable() @IsText(LONGEST_URL) url: string | null;
  /** Units; null: not counted. */
  @Nullable() @IsInt() stock: number | null;
  @IsIn(AVAILABILITIES) availability: Availability;
  /** Available, and not known to be at 0. */
  @IsBoolean() inStock: boolean;
  @IsInstant() updatedAt: Date;
}
