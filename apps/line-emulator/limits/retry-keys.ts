/** LINE remembers a retry key for 24 hours from the first request that carried it. */
export const retryKeyLifeMs = 24 * 60 * 60 * 1000;

interface Remembered<T> {
  firstAt: number;
  accepted: T | undefined;
}

/**
 * The retry keys of one channel. LINE does not say whether keys are looked up per channel or over all; per channel is
 * what lets two tenants use the same key without harm.
 */
export class RetryKeys<T> {
  // Insertion order is order of first use, so what expired stands at the front.
  private readonly known = new Map<string, Remembered<T>>();

  /** Notes a request with this key; answers what was accepted under it, if anything was. */
  meet(key: string, now: number): T | undefined {
    this.forgetExpired(now);
    const id = key.toLowerCase();
    const remembered = this.known.get(id);
    if (!remembered) this.known.set(id, { firstAt: now, accepted: undefined });
    return remembered?.accepted;
  }

  accept(key: string, now: number, accepted: T): void {
    const id = key.toLowerCase();
    const remembered = this.known.get(id);
    if (remembered) remembered.accepted = accepted;
    else this.known.set(id, { firstAt: now, accepted });
  }

  private forgetExpired(now: number): void {
    for (const [id, { firstAt }] of this.known) {
      if (now - firstAt < retryKeyLifeMs) return;
      this.known.delete(id);
    }
  }
}
