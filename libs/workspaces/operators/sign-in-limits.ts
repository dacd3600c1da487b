import { FailureDelays } from './failure-delays.js';
import { signInTooOften } from './operators.errors.js';

/** A person mistypes; an office behind one address has many of them. */
const FREE_PER_NAME = 5;
const FREE_PER_ADDRESS = 20;

export interface Attempt {
  succeeded(): void;
  /** It came to no answer: our fault, not theirs. */
  takenBack(): void;
}

/**
 * Slows down who guesses operators' passwords, by e-mail address and by network address; unknown ones as known ones.
 * Kept in this process: a flood then costs no statement and leaves no trail of who tried what. The price is that n
 * processes allow n times as much, which at one attempt in 15 minutes each is still nothing to a guesser.
 */
export class SignInLimits {
  private readonly byName = new FailureDelays(FREE_PER_NAME);
  private readonly byAddress = new FailureDelays(FREE_PER_ADDRESS);

  /** @throws AppError 429 with the seconds to wait */
  begin(name: string, address: string, now: Date): Attempt {
    const [who, from, at] = [name.toLowerCase(), networkOf(address), now.getTime()];
    const wait = Math.max(this.byName.wait(who, at), this.byAddress.wait(from, at));
    if (wait > 0) throw signInTooOften(Math.ceil(wait / 1000));
    this.byName.add(who, at);
    this.byAddress.add(from, at);
    return {
      succeeded: () => {
        this.byName.clear(who);
        // Not cleared: one's own account must not be the way to guess at others' for ever.
        this.byAddress.takeBack(from);
      },
      takenBack: () => {
        this.byName.takeBack(who);
        this.byAddress.takeBack(from);
      },
    };
  }
}

/** An IPv4 address, or the /64 of an IPv6 one: that much belongs to one subscriber (RFC 6177). */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const groups = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array.from({ length: 8 - groups.length - after.length }, () => '0');
  return [...groups, ...zeros, ...after].slice(0, 4).join(':');
}
