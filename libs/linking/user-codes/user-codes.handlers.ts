import { Injectable } from '@nestjs/common';
import { HandlesFact, type PayloadOf } from '#jobs';
import { Scopes } from '#workspaces';
import { linked } from '../linking.jobs.js';
import { UserCodes } from './user-codes.service.js';

@Injectable()
export class UserCodesHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly codes: UserCodes,
  ) {}

  /** A takeover makes nobody a contractor who was none. */
  @HandlesFact(linked, { name: 'linking.user_codes', lane: 'journeys' })
  async linked({ workspaceId, links, takeoverId }: PayloadOf<typeof linked>): Promise<void> {
    if (takeoverId !== undefined) return;
    const scope = await this.scopes.system(workspaceId);
    const byCode = links.filter(({ route }) => route === 'user_code').map(({ linkId }) => linkId);
    if (byCode.length > 0) await this.codes.useByLinks(scope, byCode);
    const contractors = links.filter(({ role }) => role === 'contractor').map(({ memberId }) => memberId);
    // In one order, so that two imports never wait for each other in a circle.
    for (const contractorId of [...new Set(contractors)].sort()) await this.codes.ensureAll(scope, contractorId);
  }
}
