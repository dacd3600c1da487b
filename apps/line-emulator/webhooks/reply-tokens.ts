import { randomBytes } from 'node:crypto';

const minuteMs = 60_000;

interface Issued {
  user: number;
  eventAt: number;
  receivedAt: number;
}

/**
 * Reply tokens: single use, within one minute of receipt; after a redelivery one minute from that, unless 20 minutes
 * have passed since the event. https://developers.line.biz/en/reference/messaging-api/#send-reply-message
 */
export class ReplyTokens {
  private readonly issued = new Map<string, Issued>();

  issue(user: number, eventAt: number): string {
    this.forgetExpired(eventAt);
    const token = randomBytes(16).toString('hex');
    this.issued.set(token, { user, eventAt, receivedAt: eventAt });
    return token;
  }

  /** The event with this token reached the webhook again; a token used meanwhile stays used. */
  received(token: string, now: number): void {
    const issued = this.issued.get(token);
    if (issued) issued.receivedAt = now;
  }

  /** The person to answer, or undefined if the token is unknown, used or too old. Uses it up. */
  redeem(token: string, now: number): number | undefined {
    const issued = this.issued.get(token);
    this.issued.delete(token);
    const alive = issued && now - issued.receivedAt <= minuteMs && now - issued.eventAt <= 20 * minuteMs;
    return alive ? issued.user : undefined;
  }

  private forgetExpired(now: number): void {
    for (const [token, { eventAt }] of this.issued) {
      if (now - eventAt <= 20 * minuteMs) return;
      this.issued.delete(token);
    }
  }
}
