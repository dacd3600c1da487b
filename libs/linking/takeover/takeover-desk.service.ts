import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { invalid, notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { LinksRepository, type LiveLink } from '../links.repository.js';
import type { LoginWarning } from '../sign-in/logins/logins.dto.js';
import { TakeoverChecks } from './takeover-checks.service.js';
import type { AskTakeoverDto } from './takeovers.dto.js';
import { takeoverNotLinked, takeoverWhich } from './takeovers.errors.js';
import type { Takeover } from './takeovers.repository.js';
import { Takeovers } from './takeovers.service.js';

export interface AskedTakeover {
  takeover: Takeover;
  /** Told this once. */
  code: string;
  links: LiveLink[];
  warnings: LoginWarning[];
}

/** Asks for takeovers on a member's behalf, as operators and the company's own systems do. */
@Injectable()
export class TakeoverDesk {
  constructor(
    private readonly members: Members,
    private readonly channels: Channels,
    private readonly links: LinksRepository,
    private readonly checks: TakeoverChecks,
    private readonly takeovers: Takeovers,
  ) {}

  /**
   * @throws AppError 404 for an unknown member, 400 for an unknown channel, 409 linking.takeover_not_linked,
   * linking.takeover_which where the member has several LINE accounts and none is named
   */
  async ask(scope: Scope, externalId: string, { channelId, lineUserId }: AskTakeoverDto): Promise<AskedTakeover> {
    const memberId = (await this.members.find(scope, [externalId])).get(externalId);
    if (!memberId) throw notFound('member');
    if (!(await this.channels.exists(scope, channelId))) {
      throw invalid([{ path: '/channelId', detail: 'is not a channel of this workspace' }]);
    }
    const of = { channelId: channelId.toLowerCase(), memberId };
    const from = await this.links.lineUsersOf(scope, of, lineUserId);
    if (from.length === 0) throw takeoverNotLinked();
    if (from.length > 1) throw takeoverWhich();
    const asked = await this.takeovers.ask(scope, { ...of, lineUserId: from[0]! });
    return { ...asked, warnings: await this.checks.warnings(scope, of) };
  }
}
