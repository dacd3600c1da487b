import { randomBytes } from 'node:crypto';
import { ApiClient, ApiError } from '../api-client.js';
import type { DemoOperator, DemoWorkspace, Installation } from './seed.js';

const NAME = 'オーナー';

/**
 * Makes the operator of the demo workspace where it has none yet: at the first start, or at the first one since there
 * are operators.
 * @param note keeps the credentials; it is called before they are used, so that no crash can leave a password nobody knows
 */
export async function openOperator(
  at: Installation,
  { workspaceId, apiKey, operator }: DemoWorkspace,
  note: (operator: DemoOperator) => void,
): Promise<DemoOperator | undefined> {
  const api = new ApiClient(at.apiUrl, apiKey);
  try {
    // The last operator who can make others cannot be disabled, so a workspace that had one still has one.
    const { items } = await api.get<{ items: unknown[] }>('/v1/operators?limit=1');
    if (items.length > 0) return operator;
    const wanted = operator ?? { email: 'owner@tsunagi.example', password: randomBytes(18).toString('base64url') };
    note(wanted);
    if (await make(api, wanted)) return wanted;
    // An earlier demo workspace, whose notes are lost, has the address.
    const other = { ...wanted, email: `owner-${workspaceId}@tsunagi.example` };
    note(other);
    return (await make(api, other)) ? other : undefined;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error;
    // The key in the notes may have been revoked since: no reason not to start.
    console.warn(`The demo workspace's operator was not looked after: ${error.message}`);
    return operator;
  }
}

/** @returns false where somebody has the e-mail address */
async function make(api: ApiClient, operator: DemoOperator): Promise<boolean> {
  try {
    await api.post('/v1/operators', { ...operator, name: NAME, permits: ['*'] });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return false;
    throw error;
  }
}
