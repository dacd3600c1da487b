import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, IsString } from 'class-validator';
import { IsId, IsInstant, IsText, Nullable } from '#kernel';
import { pageQuery } from '#http';
import { IsMoment } from './conditions/moment.js';
import { IsRule, type RuleNode } from './rules/rule-node.js';

export class SegmentWriteDto {
  @IsText(200, { min: 1 }) name: string;
  @IsRule() rule: RuleNode;
}

export class PreviewSegmentDto {
  @IsRule() rule: RuleNode;
  /** The moment of the question; default now. A bare date means local midnight. */
  @IsOptional() @IsMoment() asOf?: string;
}

export class ExplainSegmentDto extends PreviewSegmentDto {
  /** The company's own id of the member. */
  @IsId() memberId: string;
}

export class SegmentMembersQuery extends pageQuery({ max: 1000, usual: 100 }) {}

export class SegmentDto {
  @IsString() id: string;
  @IsString() name: string;
  @IsRule() rule: RuleNode;
  @IsInstant() createdAt: Date;
  @IsInstant() updatedAt: Date;
}

/** Exact, never sampled. */
export class SegmentPreviewDto {
  @IsInt() count: number;
  /** Of these, linked to a LINE user now. */
  @IsInt() linked: number;
  /** Of these, linked to a LINE user who is a friend now. */
  @IsInt() reachable: number;
  @IsInstant() asOf: string;
}

export class SegmentMemberDto {
  @IsString() externalId: string;
  @Nullable() @IsString() rank: string | null;
  @Nullable() @IsInt() birthMonth: number | null;
  @IsInt() visitCount: number;
  @IsInt() purchaseCount: number;
  /** Net of refunds, in the workspace's currency. */
  @IsNumber() purchaseTotal: number;
  @Nullable() @IsInstant() lastPurchaseAt: Date | null;
  @IsBoolean() linked: boolean;
  @IsIn(['friend', 'blocked', 'none']) friendState: 'friend' | 'blocked' | 'none';
}

/** A node of the rule, with all its own fields. */
export interface ExplainedNode {
  kind: string;
  matches: boolean;
  /** On conditions: what this member has there. */
  actual?: unknown;
  rules?: ExplainedNode[];
  rule?: ExplainedNode;
  [field: string]: unknown;
}

export class SegmentExplanationDto {
  matches: boolean;
  tree: ExplainedNode;
}
