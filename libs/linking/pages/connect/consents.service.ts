import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { sha256, type Scope } from '#kernel';
import type { Attempt } from '../../attempts/attempt.js';
import { attemptOver } from '../../attempts/attempts.errors.js';
import { Attempts } from '../../attempts/attempts.service.js';
import type { Lang } from '../language.js';
import type { LinkPage } from '../link-page.settings.js';
import { PAGE_TEXTS } from '../texts/pages.js';
import { ConsentsRepository } from './consents.repository.js';

/** What somebody agrees to. */
export interface Wording {
  text: string;
  privacyPolicyUrl: string | null;
  /** Hash of both: another wording is another version. */
  version: string;
  lang: Lang;
}

@Injectable()
export class Consents {
  constructor(
    private readonly repository: ConsentsRepository,
    private readonly attempts: Attempts,
    private readonly db: Database,
  ) {}

  wording({ consentText, privacyPolicyUrl }: LinkPage, lang: Lang): Wording {
    const text = consentText?.[lang] ?? PAGE_TEXTS[lang].consentText;
    const version = sha256(JSON.stringify([text, privacyPolicyUrl]))
      .toString('hex')
      .slice(0, 16);
    return { text, privacyPolicyUrl, version, lang };
  }

  /** Writes down who has agreed to what. @returns link_consents.id */
  write(
    scope: Scope,
    who: { memberId: string; lineUserId: string; channelId: string },
    wording: Wording,
  ): Promise<string> {
    return this.repository.add(scope, { ...who, ...wording, consentedAt: scope.clock.now() });
  }

  /**
   * Writes down the consent and ends the attempt by it, all or nothing; an account link goes to LINE first.
   * @throws AppError 409 linking.attempt_over where a side is not proven, or somebody consented before
   */
  async give(scope: Scope, { id, memberId, lineUserId, channelId }: Attempt, wording: Wording): Promise<Attempt> {
    if (memberId === undefined || lineUserId === undefined) throw attemptOver();
    return this.db.transaction(scope, async () => {
      const consentId = await this.write(scope, { memberId, lineUserId, channelId }, wording);
      const consented = await this.attempts.consented(scope, id, consentId);
      // Whoever signed in again in another window meanwhile has not seen this page.
      if (consented.memberId !== memberId) throw attemptOver();
      return consented.route === 'account_link' ? consented : this.attempts.complete(scope, id);
    });
  }
}
