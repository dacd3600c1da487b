import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import type { MessageContent } from '#messages';
import type { LeasedPage } from '../ledger/leased-page.js';
import { SendsRepository, type Send } from '../ledger/sends.repository.js';
import { storedContents } from '../ledger/stored-content.js';

/** One of a send's contents, as it is sent. */
export interface FrozenSend {
  send: Send;
  content: MessageContent;
  /** As the request names it; undefined for none. */
  units: string[] | undefined;
}

/** Sends whose content this process keeps at hand; beyond it the oldest is read again. */
const KEPT = 64;

/** What each send says, read once: it never changes. */
@Injectable()
export class FrozenContent {
  private readonly known = new Map<string, FrozenSend[]>();

  constructor(private readonly sends: SendsRepository) {}

  async of(scope: Scope, { sendId, variant }: Pick<LeasedPage, 'sendId' | 'variant'>): Promise<FrozenSend> {
    const frozen = (await this.variants(scope, sendId))[variant];
    if (!frozen) throw new Error('A page of a variant that does not exist.');
    return frozen;
  }

  private async variants(scope: Scope, sendId: string): Promise<FrozenSend[]> {
    const key = `${scope.workspaceId} ${sendId}`;
    const known = this.known.get(key);
    if (known) return known;
    const send = await this.sends.find(scope, sendId);
    if (!send) throw new Error('A page of a send that does not exist.');
    const units = [send.unit, ...(send.split?.variants ?? []).map(({ unit }) => unit)];
    const frozen = storedContents(send).map((content, variant) => {
      const unit = units[variant];
      return { send, content, units: unit ? [unit] : undefined };
    });
    const [oldest] = this.known.keys();
    if (this.known.size >= KEPT && oldest) this.known.delete(oldest);
    this.known.set(key, frozen);
    return frozen;
  }
}
