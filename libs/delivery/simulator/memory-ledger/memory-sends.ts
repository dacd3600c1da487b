import type { Scope, WorkspaceRef } from '#kernel';
import type { SendProblem, SendState } from '../../ledger/send.entity.js';
import type { Send, SendsRepository } from '../../ledger/sends.repository.js';
import { addCounts, AT_ONCE, type MemoryPage, type MemorySend, type MemoryTables } from './tables.js';

type Sending = Pick<SendsRepository, 'find' | 'stop' | 'resume' | 'cancel' | 'finish'>;

/** What SendsRepository does in SQL with a send that is planned. */
export class MemorySends implements Sending {
  constructor(private readonly tables: MemoryTables) {}

  async find(_scope: WorkspaceRef, id: string): Promise<Send | undefined> {
    return this.tables.sends.get(id);
  }

  async stop(scope: Scope, id: string, state: 'paused' | 'failed', problem: SendProblem | null): Promise<boolean> {
    const send = this.tables.sends.get(id);
    if (send?.state !== 'planning' && send?.state !== 'sending') return false;
    Object.assign(send, { state, problem });
    if (state === 'failed') Object.assign(send, { endedAt: scope.clock.now(), audience: send.audience ?? 0 });
    return true;
  }

  async resume(_scope: Scope, id: string): Promise<SendState | undefined> {
    const send = this.tables.sends.get(id);
    if (send?.state !== 'paused') return undefined;
    send.state = send.plannedAt === null ? 'planning' : 'sending';
    send.problem = null;
    for (const page of this.tables.pagesOf(id))
      if (page.state === 'due' && page.firstAttemptAt === null) page.dueAt = AT_ONCE;
    return send.state;
  }

  async cancel(scope: Scope, id: string): Promise<boolean> {
    const send = this.tables.sends.get(id);
    if (!send || !['planning', 'sending', 'paused'].includes(send.state)) return false;
    send.state = 'cancelled';
    send.problem = null;
    const open = this.tables.pagesOf(id).filter(({ state }) => state === 'held' || state === 'due');
    for (const page of open) closeCancelled(page, scope.clock.now());
    return true;
  }

  async finish(scope: Scope, which: { channelId: string } | { sendId: string }): Promise<void> {
    for (const send of this.tables.sends.values()) {
      if (!('sendId' in which ? which.sendId === send.id : which.channelId === send.channelId)) continue;
      if (!this.hasNothingLeft(send)) continue;
      send.endedAt = scope.clock.now();
      if (send.state === 'sending') send.state = 'sent';
    }
  }

  private hasNothingLeft({ id, state, plannedAt, endedAt }: MemorySend): boolean {
    if (endedAt !== null || plannedAt === null || (state !== 'sending' && state !== 'cancelled')) return false;
    return !this.tables.pagesOf(id).some((page) => ['held', 'due', 'leased'].includes(page.state));
  }
}

/** What may have reached LINE is uncertain, the others are skipped. */
function closeCancelled(page: MemoryPage, now: Date): void {
  const unknown = page.firstAttemptAt !== null;
  if (unknown) page.uncertain += page.remaining;
  else page.skipped = addCounts(page.skipped, { cancelled: page.remaining });
  page.state = unknown ? 'uncertain' : 'skipped';
  page.reason = unknown ? null : 'cancelled';
  page.remaining = 0;
  page.settledAt = now;
}
