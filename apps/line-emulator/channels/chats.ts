const sevenDaysMs = 7 * 24 * 60 * 60 * 1000;

export interface Inbound {
  at: number;
  message: Record<string, unknown>;
}

/** What people wrote to the account. */
export class Chats {
  private readonly byUser = new Map<number, Inbound[]>();

  add(user: number, inbound: Inbound): void {
    const written = this.byUser.get(user);
    if (written) written.push(inbound);
    else this.byUser.set(user, [inbound]);
  }

  of(user: number): Inbound[] {
    return this.byUser.get(user) ?? [];
  }

  /** A push reaches someone who is no friend if they wrote within the last seven days. */
  wroteLately(user: number, now: number): boolean {
    const last = this.byUser.get(user)?.at(-1);
    return last !== undefined && now - last.at <= sevenDaysMs;
  }

  users(): number[] {
    return [...this.byUser.keys()];
  }
}
