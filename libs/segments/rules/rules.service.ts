import { Injectable } from '@nestjs/common';
import { AppError, invalid, toMinor, type FieldError, type Scope } from '#kernel';
import { Channels } from '#channels';
import { Workspaces } from '#workspaces';
import { isBackwards } from '../conditions/window.js';
import { SegmentsRepository } from '../segments.repository.js';
import { parseRule, sizeError } from './parse-rule.js';
import { channelsIn, hasAmounts, nodesOf, segmentsIn, type PlacedNode, type RuleNode } from './rule-node.js';

/** Takes rules in: what only a workspace can say about them is asked here. */
@Injectable()
export class Rules {
  constructor(
    private readonly channels: Channels,
    private readonly segments: SegmentsRepository,
    private readonly workspaces: Workspaces,
  ) {
    workspaces.registerAmounts(async (scope) => (await segments.whose(scope, hasAmounts)).length > 0);
  }

  /** @throws AppError 400 naming every offending place below `basePath` */
  async read(scope: Scope, plain: unknown, basePath: string): Promise<RuleNode> {
    const rule = parseRule(plain, basePath);
    await this.check(scope, rule, basePath);
    return rule;
  }

  /** The same for a rule that is well formed: its size, amounts, windows and everything that it refers to. */
  async check(scope: Scope, rule: RuleNode, basePath: string): Promise<void> {
    const tooLarge = sizeError(rule, basePath);
    if (tooLarge) throw invalid([tooLarge]);
    // Held, so that an amount in a rule that is about to be stored keeps the meaning it was checked with.
    const currency = hasAmounts(rule) ? await this.workspaces.holdCurrency(scope) : scope.currency;
    const unknown = await this.unknownReferences(scope, rule);
    const errors = [...nodesOf(rule, basePath)].flatMap((placed) => [
      ...amountErrors(placed, currency),
      ...windowErrors(placed, scope.timeZone),
      ...referenceErrors(placed, unknown),
    ]);
    if (errors.length > 0) throw invalid(errors);
  }

  private async unknownReferences(
    scope: Scope,
    rule: RuleNode,
  ): Promise<{ channels: Set<string>; segments: Set<string> }> {
    const channels = new Set<string>();
    for (const id of new Set(channelsIn(rule))) if (!(await this.channels.exists(scope, id))) channels.add(id);
    const named = segmentsIn(rule);
    const known = await this.segments.reachable(scope, named);
    return { channels, segments: new Set(named.filter((id) => !known.has(id))) };
  }
}

function amountErrors({ node, path }: PlacedNode, currency: string): FieldError[] {
  if (node.kind !== 'purchase' || !node.total) return [];
  return (['gte', 'lte'] as const).flatMap((bound) => {
    const amount = node.total![bound];
    const detail = amount === undefined ? undefined : whyNotMinor(amount, currency);
    return detail === undefined ? [] : [{ path: `${path}/total/${bound}`, detail }];
  });
}

function whyNotMinor(amount: number, currency: string): string | undefined {
  try {
    toMinor(amount, currency);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

function windowErrors({ node, path }: PlacedNode, timeZone: string): FieldError[] {
  if (!('within' in node) || !node.within || !isBackwards(node.within, timeZone)) return [];
  return [{ path: `${path}/within`, detail: 'from must lie before to' }];
}

function referenceErrors(
  { node, path }: PlacedNode,
  unknown: { channels: Set<string>; segments: Set<string> },
): FieldError[] {
  if ('channelId' in node && node.channelId !== undefined && unknown.channels.has(node.channelId))
    return [{ path: `${path}/channelId`, detail: 'is not a channel of this workspace' }];
  if (node.kind === 'segment' && unknown.segments.has(node.id))
    return [{ path: `${path}/id`, detail: 'is not a segment of this workspace' }];
  return [];
}
