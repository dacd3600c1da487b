import type { Clock } from '#kernel';
import { SEND_CLASSES, type SendClass, type SendWindow } from '../ledger/send.entity.js';
import { SendHours, type HoursOf } from './send-hours.js';

/** What decides when requests of a send may leave, beside the workspace's own hours. */
export interface Leaver {
  class: SendClass;
  window: SendWindow | null;
}

export interface HoursOfWorkspace extends Pick<HoursOf, 'timeZone' | 'quietHours'> {
  clock: Clock;
  /** How long a request may take: LINE may execute it until then. */
  marginMs: number;
}

/** An answer holds for so long: far less than the margin, and thousands of requests a second ask. */
const HOLDS_MS = 200;
/** Where no time of any day is open, it is asked again a day later: settings may have changed. */
const DAY_MS = 24 * 60 * 60_000;

interface Answer {
  askedAt: number;
  /** The first moment at which a request may begin; now, if it may. */
  at: Date;
}

/** When requests may leave, as a turn at a channel asks it. */
export class Leaving {
  private readonly hours = new Map<string, SendHours>();
  private readonly answers = new Map<string, Answer>();

  constructor(private readonly workspace: HoursOfWorkspace) {}

  mayLeave(send: Leaver): boolean {
    const { askedAt, at } = this.answer(send);
    return at.getTime() <= askedAt;
  }

  /** The first moment, not before now, at which a request may begin. */
  next(send: Leaver): Date {
    return this.answer(send).at;
  }

  /** Classes of which sends without a window of their own may leave now. */
  openClasses(): SendClass[] {
    return SEND_CLASSES.filter((one) => this.mayLeave({ class: one, window: null }));
  }

  private answer(send: Leaver): Answer {
    const key = `${send.class} ${send.window ? `${send.window.from} ${send.window.to}` : ''}`;
    const now = this.workspace.clock.now();
    const known = this.answers.get(key);
    if (known && Math.abs(now.getTime() - known.askedAt) < HOLDS_MS) return known;
    const hours = this.hours.get(key) ?? new SendHours({ ...this.workspace, ...send });
    this.hours.set(key, hours);
    const next = hours.nextLeave(now, this.workspace.marginMs);
    const answer = {
      askedAt: now.getTime(),
      at: next.kind === 'at' ? next.at : new Date(now.getTime() + DAY_MS),
    };
    this.answers.set(key, answer);
    return answer;
  }
}
