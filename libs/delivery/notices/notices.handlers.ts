import { Injectable } from '@nestjs/common';
import { HandlesFact, type PayloadOf } from '#jobs';
import { takenOver, takeoverUndone, unlinked } from '#linking';
import { Scopes } from '#workspaces';
import { Notices } from './notices.service.js';

@Injectable()
export class NoticesHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly notices: Notices,
  ) {}

  @HandlesFact(unlinked, { name: 'delivery.tell_unlinked', lane: 'delivery' })
  async unlinked(refs: PayloadOf<typeof unlinked>): Promise<void> {
    await this.notices.unlinked(await this.scopes.system(refs.workspaceId), refs);
  }

  @HandlesFact(takenOver, { name: 'delivery.tell_taken_over', lane: 'delivery' })
  async takenOver(ref: PayloadOf<typeof takenOver>): Promise<void> {
    await this.notices.takenOver(await this.scopes.system(ref.workspaceId), ref);
  }

  @HandlesFact(takeoverUndone, { name: 'delivery.tell_takeover_undone', lane: 'delivery' })
  async takeoverUndone(ref: PayloadOf<typeof takeoverUndone>): Promise<void> {
    await this.notices.takeoverUndone(await this.scopes.system(ref.workspaceId), ref);
  }
}
