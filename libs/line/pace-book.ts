/** Channels whose paces are kept; an idle one is only a ring of times that have passed. */
const KEPT = 200;

/** The paces of this process by channel, kept between turns so that one turn does not begin on the last one's heels. */
export class PaceBook<Paces> {
  private readonly paces = new Map<string, Paces>();

  /** @param make one pace for each endpoint that is called */
  constructor(private readonly make: () => Paces) {}

  of(channelId: string): Paces {
    const paces = this.paces.get(channelId) ?? this.make();
    // The latest used goes to the end, so that the oldest is the first.
    this.paces.delete(channelId);
    this.paces.set(channelId, paces);
    const [oldest] = this.paces.keys();
    if (this.paces.size > KEPT && oldest) this.paces.delete(oldest);
    return paces;
  }
}
