import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { asUuid, newId, notFound, type Scope } from '#kernel';
import { Database } from '#database';
import { Audit } from '#audit';
import { Channels } from '#channels';
import { channelsIn, nodesOf, segmentsIn, type RuleNode } from './rules/rule-node.js';
import { Rules } from './rules/rules.service.js';
import type { SegmentWriteDto } from './segments.dto.js';
import { cycle, segmentInUse, type SegmentReferrer } from './segments.errors.js';
import { SegmentsRepository, type Segment } from './segments.repository.js';

export type FindSegmentReferrers = (scope: Scope, segmentId: string) => Promise<SegmentReferrer[]>;

export type ReactToChange = (scope: Scope, segmentId: string) => Promise<void>;

/** The segments of a workspace: rules under names, which may refer to each other but never in a circle. */
@Injectable()
export class Definitions {
  private readonly findReferrers: FindSegmentReferrers[] = [];
  private readonly reactions: ReactToChange[] = [];

  constructor(
    private readonly db: Database,
    private readonly repository: SegmentsRepository,
    private readonly rules: Rules,
    private readonly audit: Audit,
    channels: Channels,
  ) {
    this.registerReferrer((scope, id) => this.whose(scope, (rule) => segmentsIn(rule).includes(id)));
    channels.registerReferrer((scope, id) => this.whose(scope, (rule) => channelsIn(rule).includes(id)));
  }

  /** Lets an upper floor say what refers to a segment, which keeps it from being deleted. */
  registerReferrer(find: FindSegmentReferrers): void {
    this.findReferrers.push(find);
  }

  /** Lets somebody hear, in the transaction in which it happens, that a rule has become another one. */
  registerChange(react: ReactToChange): void {
    this.reactions.push(react);
  }

  /** @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<Segment> {
    const segment = asUuid(id) ? await this.repository.find(scope, id) : undefined;
    if (!segment) throw notFound('segment');
    return segment;
  }

  /** The same, for something that will refer to it: it cannot be deleted while the ambient transaction is open. */
  async hold(scope: Scope, id: string): Promise<Segment> {
    const segment = asUuid(id) ? await this.repository.hold(scope, id) : undefined;
    if (!segment) throw notFound('segment');
    return segment;
  }

  /** In the order they were made. @param after the id of the last one seen */
  list(scope: Scope, limit: number, after?: string): Promise<Segment[]> {
    return this.repository.list(scope, limit, after);
  }

  /** @throws AppError 400 for a rule that cannot be asked */
  create(scope: Scope, { name, rule }: SegmentWriteDto): Promise<Segment> {
    return this.db.transaction(scope, async () => {
      await this.repository.claimDefinitions(scope);
      await this.rules.check(scope, rule, '/rule');
      const now = scope.clock.now();
      const segment = { id: newId(), name, rule, createdAt: now, updatedAt: now };
      await this.repository.insert(scope, segment);
      await this.audit.record(scope, 'segments.created', `segments/${segment.id}`, { name, rule });
      return segment;
    });
  }

  /** @throws AppError 400 as for `create`, 404, 409 for a rule that leads back to the segment itself */
  update(scope: Scope, id: string, { name, rule }: SegmentWriteDto): Promise<Segment> {
    return this.db.transaction(scope, async () => {
      await this.repository.claimDefinitions(scope);
      const segment = await this.get(scope, id);
      await this.rules.check(scope, rule, '/rule');
      await this.refuseCycle(scope, segment.id, rule);
      const changed = { ...segment, name, rule, updatedAt: scope.clock.now() };
      await this.repository.update(scope, changed);
      await this.audit.record(scope, 'segments.updated', `segments/${id}`, { name, rule });
      if (!isDeepStrictEqual(JSON.parse(JSON.stringify(rule)), segment.rule))
        for (const react of this.reactions) await react(scope, id);
      return changed;
    });
  }

  /** @throws AppError 404, 409 with what refers to it */
  async delete(scope: Scope, id: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.repository.claimDefinitions(scope);
      if (!asUuid(id) || !(await this.repository.claim(scope, id))) throw notFound('segment');
      const found: SegmentReferrer[] = [];
      for (const find of this.findReferrers) found.push(...(await find(scope, id)));
      if (found.length > 0) throw segmentInUse(found);
      await this.repository.delete(scope, id);
      await this.audit.record(scope, 'segments.deleted', `segments/${id}`);
    });
  }

  private async refuseCycle(scope: Scope, id: string, rule: RuleNode): Promise<void> {
    const paths: string[] = [];
    for (const { node, path } of nodesOf(rule, '/rule')) {
      if (node.kind !== 'segment') continue;
      const reached = await this.repository.reachable(scope, [node.id]);
      if (reached.has(id)) paths.push(`${path}/id`);
    }
    if (paths.length > 0) throw cycle(paths);
  }

  private async whose(scope: Scope, test: (rule: RuleNode) => boolean): Promise<SegmentReferrer[]> {
    const found = await this.repository.whose(scope, test);
    return found.map(({ id, name }) => ({ kind: 'segment', id, name }));
  }
}
