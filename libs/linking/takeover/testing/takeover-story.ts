import { LineUsers } from '#channels';
import type { Scope, VirtualClock } from '#kernel';
import { Members } from '#members';
import { Attempts } from '../../attempts/attempts.service.js';
import { lineUser } from '../../testing/linking-story.js';
import { TakeoverConfirmation, type ProvenAttempt } from '../takeover-confirmation.service.js';
import { Takeovers } from '../takeovers.service.js';

/** What a spec's app is needed for here. */
interface Api {
  scope: Scope & { clock: VirtualClock };
  get<T>(provider: abstract new (...args: never[]) => T): T;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- read as JSON by specs
  request(method: string, url: string, request?: { body?: unknown }): Promise<{ status: number; body: any }>;
}

/** Members who move from one LINE user to another, on the channel of a linking story. */
export class TakeoverStory {
  constructor(
    private readonly app: Api,
    private readonly channelId: string,
  ) {}

  ask(memberId: string, body: object = {}) {
    return this.app.request('POST', `/v1/members/${memberId}/takeover`, {
      body: { channelId: this.channelId, ...body },
    });
  }

  async codeFor(memberId: string, body?: object): Promise<{ id: string; code: string }> {
    const answer = await this.ask(memberId, body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body as { id: string; code: string };
  }

  undo(id: string) {
    return this.app.request('POST', `/v1/takeovers/${id}/undo`);
  }

  async show(id: string): Promise<{ state: string; [field: string]: unknown }> {
    return (await this.app.request('GET', `/v1/takeovers/${id}`)).body as { state: string };
  }

  /** Somebody who has logged in as the nth LINE user and signed in as a member. */
  async newcomer(user: number, memberId: string, tokens?: object): Promise<ProvenAttempt> {
    const { scope } = this.app;
    const attempts = this.app.get(Attempts);
    const people = await this.app.get(LineUsers).ensure(scope, this.channelId, [lineUser(user)]);
    const members = await this.app.get(Members).find(scope, [memberId]);
    const given = { channelId: this.channelId, purpose: 'takeover', route: 'login' } as const;
    const { attempt } = await attempts.begin(scope, given);
    const lineUserId = people.get(lineUser(user))!;
    await attempts.lineProven(scope, attempt.id, { lineUserId, ...(tokens && { tokens: tokens as never }) });
    const proven = { memberId: members.get(memberId)!, proof: 'hosted' } as const;
    return { ...(await attempts.memberProven(scope, attempt.id, proven)), ...proven, lineUserId };
  }

  async enter(attempt: ProvenAttempt, code: string): Promise<void> {
    await this.app.get(Takeovers).enter(this.app.scope, attempt, code);
  }

  confirm(attempt: ProvenAttempt): Promise<void> {
    return this.app.get(TakeoverConfirmation).confirm(this.app.scope, attempt);
  }

  /** All of it. @returns the takeover's id */
  async move(memberId: string, toUser: number, body?: object): Promise<string> {
    const { id, code } = await this.codeFor(memberId, body);
    const attempt = await this.newcomer(toUser, memberId);
    await this.enter(attempt, code);
    await this.confirm(attempt);
    return id;
  }
}
