import { derivedId, type WorkspaceRef } from '#kernel';
import type { LeasedPage } from '../ledger/leased-page.js';

/**
 * The retry key of a page's one request. A function of what is sent to whom, so it cannot differ between attempts nor be
 * shared by two requests, and needs no storage: https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
 */
export function pageKey(scope: WorkspaceRef, page: LeasedPage): string {
  return derivedId(scope.workspaceId, 'page', page.sendId, String(page.number), page.bodyHash.toString('hex'));
}

/** The retry key of one person's request. Their content is frozen with the send and their values with them. */
export function recipientKey(scope: WorkspaceRef, sendId: string, memberId: string): string {
  return derivedId(scope.workspaceId, 'recipient', sendId, memberId);
}
