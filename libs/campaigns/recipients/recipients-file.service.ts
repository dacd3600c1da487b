import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import type { RecipientOutcome } from '#delivery';
import type { Scope } from '#kernel';
import { CampaignRecipients, type RecipientsFilter } from './campaign-recipients.service.js';
import { csvRow } from './csv-cell.js';

const PAGE = 1_000;
/** By which Excel knows that it is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';
const HEAD = ['memberId', 'lineUserId', 'state', 'reason', 'detail', 'variant', 'requestId', 'settledAt'];

/** The people of a campaign as a CSV file, page by page as it is read, so that it takes no more memory for a million. */
@Injectable()
export class RecipientsFile {
  constructor(
    private readonly recipients: CampaignRecipients,
    private readonly audit: Audit,
  ) {}

  /** @throws AppError 404, before anything is written */
  async open(scope: Scope, id: string, filter: RecipientsFilter): Promise<Readable> {
    const first = await this.recipients.list(scope, id, { ...filter, limit: PAGE });
    await this.audit.record(scope, 'campaigns.recipients_exported', `campaigns/${id}`, filter);
    return Readable.from(this.parts(scope, id, filter, first), { objectMode: false });
  }

  private async *parts(scope: Scope, id: string, filter: RecipientsFilter, first: RecipientOutcome[]) {
    yield BYTE_ORDER_MARK + csvRow(HEAD);
    let rows = first;
    while (rows.length > 0) {
      yield rows.map(rowOf).join('');
      if (rows.length < PAGE) return;
      rows = await this.recipients.list(scope, id, { ...filter, after: rows.at(-1), limit: PAGE });
    }
  }
}

function rowOf({
  externalId,
  lineUserId,
  state,
  reason,
  detail,
  variant,
  requestId,
  settledAt,
}: RecipientOutcome): string {
  return csvRow([externalId, lineUserId, state, reason, detail, variant, requestId, settledAt]);
}
