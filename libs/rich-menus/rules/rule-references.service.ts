import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Channels } from '#channels';
import { AppError, invalid, type FieldError, type Scope } from '#kernel';
import { Segments, toMoment } from '#segments';
import { MenusRepository } from '../menus/menus.repository.js';
import type { MenuRule } from './rules.dto.js';

/** What rules refer to. */
@Injectable()
export class MenuRuleReferences {
  constructor(
    private readonly channels: Channels,
    private readonly segments: Segments,
    private readonly menus: MenusRepository,
    private readonly audit: Audit,
  ) {}

  /** @throws AppError 404 */
  async assertChannel(scope: Scope, channelId: string): Promise<void> {
    await this.channels.get(scope, channelId);
  }

  /** @throws AppError 400 naming every offending place */
  async check(scope: Scope, channelId: string, rules: MenuRule[], defaultMenuId: string | null): Promise<void> {
    const errors: FieldError[] = [];
    for (const [place, { when, menuId }] of rules.entries()) {
      const path = `/rules/${place}`;
      errors.push(...(await this.menuErrors(scope, channelId, menuId, `${path}/menuId`)));
      errors.push(...timeErrors(when, `${path}/when`, scope.timeZone));
      if (when.segmentId !== undefined)
        errors.push(...(await this.segmentErrors(scope, when.segmentId, `${path}/when/segmentId`)));
    }
    if (defaultMenuId !== null)
      errors.push(...(await this.menuErrors(scope, channelId, defaultMenuId, '/defaultMenuId')));
    if (errors.length > 0) throw invalid(errors);
  }

  async record(scope: Scope, channelId: string, rules: number): Promise<void> {
    await this.audit.record(scope, 'rich-menus.rules_changed', `channels/${channelId}`, { rules });
  }

  private async menuErrors(scope: Scope, channelId: string, menuId: string, path: string): Promise<FieldError[]> {
    const menu = await this.menus.find(scope, menuId);
    if (menu?.channelId !== channelId) return [{ path, detail: 'names no rich menu of this channel' }];
    return menu.version === 0 ? [{ path, detail: 'names a rich menu that has no picture yet' }] : [];
  }

  private async segmentErrors(scope: Scope, id: string, path: string): Promise<FieldError[]> {
    try {
      await this.segments.hold(scope, id);
      return [];
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 404) throw error;
      return [{ path, detail: 'names no segment of this workspace' }];
    }
  }
}

function timeErrors({ from, to }: MenuRule['when'], path: string, timeZone: string): FieldError[] {
  if (from === undefined || to === undefined) return [];
  if (toMoment(from, timeZone) < toMoment(to, timeZone)) return [];
  return [{ path, detail: 'from must lie before to' }];
}
