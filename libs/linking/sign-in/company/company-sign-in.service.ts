import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { isId, type Scope } from '#kernel';
import { Members } from '#members';
import type { Attempt } from '../../attempts/attempt.js';
import { VISITOR_ID } from '../../linking.jobs.js';
import { SignInKeys, type Verified } from '../keys/sign-in-keys.service.js';
import { answerRefused, answerUnknownMember } from '../sign-in.errors.js';
import { AttemptHandles } from './attempt-handles.js';
import { SignInAnswersRepository } from './sign-in-answers.repository.js';

/** Of a request and of an answer, from `iat` to `exp`. */
const LONGEST_SECONDS = 300;
/** The longest life and the tolerance of both clocks: a `jti` is forgotten when its answer is too old anyway. */
const KEPT_MS = 2 * LONGEST_SECONDS * 1000;
const LONGEST_ANSWER = 4_096;

export interface SignInRequest {
  /** Of the company's sign-in page. */
  url: string;
  /** Where the browser comes back to us. */
  returnUrl: string;
}

/** Whom an answer names. */
export interface SignedIn {
  /** members.id */
  memberId: string;
  /** Of the browser on the company's pages, where the company says so. */
  visitorId?: string;
}

/** Members who sign in on the company's own page: a signed request goes there, a signed answer comes back. */
@Injectable()
export class CompanySignIn {
  constructor(
    private readonly keys: SignInKeys,
    private readonly handles: AttemptHandles,
    private readonly answers: SignInAnswersRepository,
    private readonly members: Members,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * The address to send the browser to.
   * @throws AppError 409 where the workspace has no key to sign with
   */
  async requestUrl(scope: Scope, attempt: Attempt, { url, returnUrl }: SignInRequest): Promise<string> {
    const address = new URL(url);
    const { channelId } = attempt;
    const claims = { aud: address.origin, channelId, handle: this.handles.seal(scope, attempt), returnUrl };
    address.searchParams.set('request', await this.keys.sign(scope, claims, LONGEST_SECONDS));
    return address.toString();
  }

  /**
   * Whom the company's sign-in says to have before it. An answer counts once, for the attempt it was asked for, and only
   * from the browser of that attempt: an address with somebody else's answer in it is worth nothing.
   * @param attempt the one of this browser's cookie
   * @param accept what follows, in the same transaction: unless it succeeds, the answer is not used up
   * @throws AppError 400 for an answer that is not signed by the company, too old, of another attempt, or used before;
   *   409 for somebody who is no member of ours
   */
  async accept<T>(
    scope: Scope,
    attempt: Attempt,
    answer: string,
    accept: (signedIn: SignedIn) => Promise<T>,
  ): Promise<T> {
    if (answer.length > LONGEST_ANSWER) throw answerRefused('is too long');
    const { externalId, visitorId, handle, jti } = read(
      await this.keys.verify(scope, answer, LONGEST_SECONDS),
      this.keys.issuer,
    );
    if (this.handles.open(scope, attempt.channelId, handle) !== attempt.id) throw answerRefused('belongs elsewhere');
    const now = scope.clock.now();
    return this.db.transaction(scope, async () => {
      await this.answers.forgetOld(scope, now);
      const fresh = await this.answers.take(scope, jti, new Date(now.getTime() + KEPT_MS));
      if (!fresh) throw answerRefused('has been used before');
      const memberId = (await this.members.find(scope, [externalId])).get(externalId);
      if (memberId === undefined) throw answerUnknownMember();
      await this.audit.record(scope, 'linking.signed_in_at_company', `members/${memberId}`);
      return accept({ memberId, visitorId });
    });
  }
}

interface Answer {
  externalId: string;
  visitorId?: string;
  handle: string;
  jti: string;
}

function read(verified: Verified, ourselves: string): Answer {
  if ('why' in verified) throw answerRefused(verified.why);
  const { iss, sub, jti, handle, visitor } = verified.claims;
  // The same key signs both ways; a word of ours, sent back, is no answer.
  if (iss === ourselves) throw answerRefused('was signed by us');
  if (!isId(sub)) throw answerRefused('has no right "sub"');
  if (!isId(jti)) throw answerRefused('has no right "jti"');
  if (typeof handle !== 'string') throw answerRefused('has no right "handle"');
  const visitorId = typeof visitor === 'string' && VISITOR_ID.test(visitor) ? visitor : undefined;
  return { externalId: sub, visitorId, handle, jti };
}
