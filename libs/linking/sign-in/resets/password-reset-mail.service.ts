import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Database } from '#database';
import { newId, newSecret, sha256, type Scope } from '#kernel';
import { Mailer } from '#mail';
import { LinkPages } from '../../pages/link-pages.service.js';
import { LoginsRepository } from '../logins/logins.repository.js';
import type { ResetRequest } from '../sign-in.jobs.js';
import { PasswordResetsRepository } from './password-resets.repository.js';
import { resetMail } from './reset-mail.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LIFE_MS = 30 * MINUTE_MS;
/** Nobody's mailbox is filled by somebody who types their login id again and again. */
const MOST_AN_HOUR = 3;

/** Mails links that set a password. A token is in its mail and nowhere else. */
@Injectable()
export class PasswordResetMail {
  constructor(
    private readonly resets: PasswordResetsRepository,
    private readonly logins: LoginsRepository,
    private readonly pages: LinkPages,
    private readonly channels: Channels,
    private readonly mailer: Mailer,
    private readonly db: Database,
  ) {}

  /**
   * Mails a link to the address of the member's profile; where there is no login, no address, or enough mail already,
   * nothing. With no transaction open.
   * @throws Error where the mail server does not take it
   */
  async send(scope: Scope, { channelId, memberId, lang }: ResetRequest): Promise<void> {
    const { loginId, email } = (await this.logins.state(scope, memberId)) ?? {};
    if (!email || loginId == null) return;
    const now = scope.clock.now();
    const anHourAgo = new Date(now.getTime() - HOUR_MS);
    if ((await this.resets.countMailed(scope, memberId, anHourAgo)) >= MOST_AN_HOUR) return;
    const page = await this.pages.of(scope, channelId);
    const { name } = await this.channels.get(scope, channelId);
    const [id, token] = [newId(), newSecret()];
    await this.db.transaction(scope, async () => {
      await this.resets.removeOf(scope, memberId, anHourAgo);
      const expiresAt = new Date(now.getTime() + LIFE_MS);
      const hashes = { tokenHash: sha256(token), emailHash: sha256(email) };
      await this.resets.add(scope, { id, memberId, ...hashes, createdAt: now, expiresAt });
    });
    const url = `${this.pages.addressOf(page, channelId)}/reset/${token}`;
    await this.mailer.send(resetMail({ to: email, name, url, lang }));
    await this.resets.markMailed(scope, id, now);
  }
}
