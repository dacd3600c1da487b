import type { Scope } from '#kernel';

/** What a check saw. `unknown`: it could not look; the detail says what has to happen first. */
export interface Finding {
  state: 'ok' | 'wrong' | 'unknown';
  /** What was seen, in a sentence. */
  detail: string;
  /** What to do about it. */
  fix?: string;
}

/** One step of a channel's set-up, checked by its effect: never by what we have stored about it. */
export interface ChannelCheck {
  /** `credentials`, `webhook`, …: how a person speaks of the step. */
  name: string;
  look(scope: Scope, channelId: string): Promise<Finding>;
}

export const ok = (detail: string): Finding => ({ state: 'ok', detail });
export const wrong = (detail: string, fix: string): Finding => ({ state: 'wrong', detail, fix });
export const unknown = (detail: string, fix?: string): Finding => ({ state: 'unknown', detail, ...(fix && { fix }) });
