import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { AppError, invalid, type FieldError, type Scope, type WorkspaceRef } from '#kernel';
import { Segments } from '#segments';
import { Workspaces } from '#workspaces';
import { channelsNamed, menusNamed, readDefinition, segmentsNamed } from '../definition/check-definition.js';
import type { JourneyDefinition } from '../definition/journey-definition.js';
import { JourneysRepository, type Journey } from './journeys.repository.js';

/** Whether a channel has this menu. */
export type FindMenu = (scope: Scope, channelId: string, menuId: string) => Promise<boolean>;

/**
 * Everything a journey names: whether it is there when the journey is written, and who still needs it when somebody wants
 * to delete it.
 */
@Injectable()
export class JourneyReferences {
  private findMenu?: FindMenu;

  constructor(
    private readonly journeys: JourneysRepository,
    private readonly channels: Channels,
    private readonly segments: Segments,
    workspaces: Workspaces,
  ) {
    segments.registerReferrer((scope, id) => this.naming(scope, (one) => segmentsNamed(one).includes(id)));
    channels.registerReferrer((scope, id) => this.naming(scope, (one) => channelsNamed(one).includes(id)));
    workspaces.registerAmounts(async (scope) => (await this.naming(scope, namesAmounts)).length > 0);
  }

  /** Lets the floor above say whether a menu exists; without it every menu is believed. */
  registerMenus(find: FindMenu): void {
    this.findMenu = find;
  }

  /** Journeys that show a menu, for the floor above. */
  showing(scope: WorkspaceRef, menuId: string): Promise<{ kind: string; id: string; name: string }[]> {
    return this.naming(scope, (definition) => menusNamed(definition).includes(menuId));
  }

  /**
   * A definition from a body. To be called in the transaction that writes it, which keeps what it names from being
   * deleted meanwhile. @throws AppError 400 naming every offending place below `basePath`
   */
  async read(scope: Scope, plain: unknown, basePath: string): Promise<JourneyDefinition> {
    const definition = readDefinition(plain, basePath);
    const errors: FieldError[] = [];
    for (const check of this.checks(scope, definition, basePath)) errors.push(...(await refusalsOf(check)));
    if (errors.length > 0) throw invalid(errors);
    return definition;
  }

  private *checks(scope: Scope, definition: JourneyDefinition, basePath: string): Generator<() => Promise<unknown>> {
    const { channelId, start, filter, steps } = definition;
    yield async () => {
      if (await this.channels.exists(scope, channelId)) return;
      throw invalid([{ path: `${basePath}/channelId`, detail: 'names no channel of this workspace' }]);
    };
    if (start.on === 'segment') yield () => this.holdSegment(scope, start.segmentId, `${basePath}/start/segmentId`);
    if (filter) yield () => this.segments.read(scope, filter, `${basePath}/filter`);
    for (const [at, step] of steps.entries()) {
      const path = `${basePath}/steps/${at}`;
      if (step.kind === 'branch' && step.rule) {
        const { rule } = step;
        yield () => this.segments.read(scope, rule, `${path}/rule`);
      }
      if (step.kind === 'rich-menu' && step.menuId !== null) {
        const { menuId } = step;
        yield () => this.assertMenu(scope, channelId, menuId, `${path}/menuId`);
      }
    }
  }

  private async assertMenu(scope: Scope, channelId: string, menuId: string, path: string): Promise<void> {
    if (this.findMenu && !(await this.findMenu(scope, channelId, menuId)))
      throw invalid([{ path, detail: 'names no rich menu of the channel' }]);
  }

  private async holdSegment(scope: Scope, id: string, path: string): Promise<void> {
    try {
      await this.segments.hold(scope, id);
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 404) throw error;
      throw invalid([{ path, detail: 'names no segment of this workspace' }]);
    }
  }

  private async naming(scope: WorkspaceRef, names: (definition: JourneyDefinition) => boolean) {
    const found = new Map<string, Pick<Journey, 'id' | 'name'>>();
    for (const { definition, ...journey } of await this.journeys.definitions(scope))
      if (names(definition)) found.set(journey.id, journey);
    return [...found.values()].map(({ id, name }) => ({ kind: 'journey', id, name }));
  }
}

/** The places a check refuses, so that all checks can be told at once. */
async function refusalsOf(check: () => Promise<unknown>): Promise<FieldError[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (error instanceof AppError && error.status === 400 && error.extra.errors) return error.extra.errors;
    throw error;
  }
}

/** Whether a rule of it names an amount of money, which means something in one currency only. */
function namesAmounts({ filter, steps }: JourneyDefinition): boolean {
  const rules = [filter, ...steps.map((step) => (step.kind === 'branch' ? step.rule : undefined))];
  return rules.some((rule) => rule !== undefined && hasAmount(rule));
}

function hasAmount(node: object): boolean {
  const { kind, total, rule, rules = [] } = node as { kind: string; total?: unknown; rule?: object; rules?: object[] };
  if (kind === 'purchase') return total !== undefined;
  return [...rules, ...(rule ? [rule] : [])].some(hasAmount);
}
