import { Injectable } from '@nestjs/common';
import { asUuid, type Scope } from '#kernel';
import type { Attempt } from '../attempts/attempt.js';
import { Attempts } from '../attempts/attempts.service.js';
import { Links } from '../links.service.js';
import type { LiveLink } from '../links.repository.js';
import type { LoginWarning } from '../sign-in/logins/logins.dto.js';
import { TakeoverChecks } from './takeover-checks.service.js';
import type { AskedTakeover } from './takeover-desk.service.js';
import type { Choices } from './takeover.view.js';
import { takeoverNotLinked, takeoverOver } from './takeovers.errors.js';
import { Takeovers } from './takeovers.service.js';

/** An attempt in which LINE has said who it is. */
export type AttemptAtLine = Attempt & { lineUserId: string };

/** What a LINE user may do about takeovers, of their own. */
@Injectable()
export class TakeoverOffers {
  constructor(
    private readonly takeovers: Takeovers,
    private readonly links: Links,
    private readonly attempts: Attempts,
    private readonly checks: TakeoverChecks,
  ) {}

  async choices(scope: Scope, attempt: AttemptAtLine): Promise<Choices> {
    const { channelId, lineUserId } = attempt;
    const members: { externalId: string; warnings: LoginWarning[] }[] = [];
    for (const { externalId, memberId } of await this.ofMembers(scope, attempt)) {
      members.push({ externalId, warnings: await this.checks.warnings(scope, { channelId, memberId }) });
    }
    return { members, lost: await this.takeovers.lostBy(scope, lineUserId) };
  }

  /** @param externalId of one of the LINE user's own members @throws AppError 409 linking.takeover_not_linked */
  async ask(scope: Scope, attempt: AttemptAtLine, externalId: string): Promise<AskedTakeover> {
    const link = (await this.ofMembers(scope, attempt)).find((one) => one.externalId === externalId);
    if (!link) throw takeoverNotLinked();
    const { channelId, memberId, lineUserId } = link;
    // Who logs in to move consents by that to the Login channel, whichever way the link came about.
    const tokens = await this.attempts.tokens(scope, attempt.id);
    if (tokens) await this.links.loggedIn(scope, { channelId, lineUserId, tokens });
    const asked = await this.takeovers.ask(scope, { channelId, memberId, lineUserId });
    return { ...asked, warnings: await this.checks.warnings(scope, { channelId, memberId }) };
  }

  /** @throws AppError as `Takeovers.enter` does */
  async enter(scope: Scope, attempt: AttemptAtLine, code: string): Promise<void> {
    await this.takeovers.enter(scope, attempt, code);
  }

  /** @throws AppError 409 linking.takeover_over for what is no takeover from this LINE user */
  async object(scope: Scope, { lineUserId }: AttemptAtLine, named: string): Promise<void> {
    const takeoverId = asUuid(named);
    const lost = takeoverId ? await this.takeovers.lostBy(scope, lineUserId) : [];
    if (!takeoverId || !lost.some(({ id }) => id === takeoverId)) throw takeoverOver();
    await this.takeovers.object(scope, takeoverId, lineUserId);
  }

  /** One link of each member. */
  private async ofMembers(scope: Scope, { lineUserId }: AttemptAtLine): Promise<LiveLink[]> {
    const live = await this.links.liveOfLineUser(scope, lineUserId);
    return [...new Map(live.map((link) => [link.memberId, link])).values()];
  }
}
