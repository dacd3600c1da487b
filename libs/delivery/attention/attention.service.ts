import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Workspaces, type Cap } from '#workspaces';
import type { SendClass } from '../ledger/send.entity.js';
import { AttentionRepository } from './attention.repository.js';

/** Caps on what a member is sent, over all campaigns and journeys. */
@Injectable()
export class Attention {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly repository: AttentionRepository,
  ) {}

  /**
   * The caps that a send is planned under. Where there are any, nobody else counts or takes slots of the workspace until
   * the ambient transaction ends.
   */
  async capsOf(scope: Scope, send: { class: SendClass }): Promise<readonly Cap[]> {
    const { caps } = await this.workspaces.get(scope);
    const own = caps.filter((cap) => cap.class === send.class);
    if (own.length > 0) await this.repository.takeTurn(scope);
    return own;
  }

  /** Of a send that is over for those who were not sent to. @param memberIds default: all whose request has not left */
  giveBack(scope: Scope, sendId: string, memberIds?: readonly string[]): Promise<void> {
    return this.repository.giveBack(scope, sendId, memberIds);
  }
}
