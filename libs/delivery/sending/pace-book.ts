import { LINE_LIMITS, Pace } from '#line';

/** Channels whose paces are kept; an idle one is only a ring of times that have passed. */
const KEPT = 200;

/** The paces of this process, kept between turns so that one turn does not begin on the last one's heels. */

export class PaceBook {
  private readonly paces = new Map<string, { push: Pace; multicast: Pace }>();

  of(channelId: string): { push: Pace; multicast: Pace } {
    const known = this.paces.get(channelId);
    // The latest used goes to the end, so that the oldest is the first.
    this.paces.delete(channelId);
    const { push, multicast } = LINE_LIMITS.perSecond;
    const paces = known ?? { push: new Pace(push), multicast: new Pace(multicast) };
    this.paces.set(channelId, paces);
    const [oldest] = this.paces.keys();
    if (this.paces.size > KEPT && oldest) this.paces.delete(oldest);
    return paces;
  }
}
