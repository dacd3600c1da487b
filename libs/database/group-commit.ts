interface Waiting<Item, Result> {
  item: Item;
  done: (result: Result) => void;
  failed: (error: unknown) => void;
}

export interface GroupCommitOptions<Item> {
  /** Commits under way at the same time, each of another key. */
  atOnce: number;
  weight: (item: Item) => number;
  /** Most weight of one commit; an item above it goes alone. */
  most: number;
  /**
   * So many waiting items of a key are worth a second commit beside the one under way, so that the process goes on while
   * Postgres writes. Default: none is; two commits of half the size cost more than they save.
   */
  worthSecond?: number;
  /**
   * A key rests for so many milliseconds after a commit has begun, unless so many items wait: where they come one by one,
   * but by the hundred a second, commits of a few cost less than as many of one. Default: no rest.
   */
  rest?: { ms: number; unless: number };
}

/**
 * Lets items that arrive while a commit is under way share the next one: alone an item waits for nothing, under load one
 * commit serves dozens. Items of different keys never share a commit.
 */
export class GroupCommit<Item, Result> {
  private readonly waiting = new Map<string, Waiting<Item, Result>[]>();
  /** Commits by key: one, or two. */
  private readonly underWay = new Map<string, number>();
  private readonly resting = new Set<string>();
  private commits = 0;

  /** @param commit answers one result per item, in their order */
  constructor(
    private readonly commit: (key: string, items: Item[]) => Promise<Result[]>,
    private readonly options: GroupCommitOptions<Item>,
  ) {}

  /** Resolves once the item is committed; rejects with whatever its group failed with. */
  add(key: string, item: Item): Promise<Result> {
    return new Promise((done, failed) => {
      const group = this.waiting.get(key);
      if (group) group.push({ item, done, failed });
      else this.waiting.set(key, [{ item, done, failed }]);
      this.startNext();
    });
  }

  private startNext(): void {
    if (this.commits >= this.options.atOnce) return;
    for (const [key, group] of this.waiting) {
      if (!this.mayStart(key, group)) continue;
      const items = group.splice(0, this.fitting(group));
      // What is left goes to the end of the line, so that a busy key does not starve the others.
      this.waiting.delete(key);
      if (group.length > 0) this.waiting.set(key, group);
      this.count(key, 1);
      this.rest(key);
      void this.run(key, items);
      return;
    }
  }

  private mayStart(key: string, group: Waiting<Item, Result>[]): boolean {
    if (this.resting.has(key) && group.length < this.options.rest!.unless) return false;
    const underWay = this.underWay.get(key) ?? 0;
    return underWay === 0 || (underWay === 1 && group.length >= (this.options.worthSecond ?? Infinity));
  }

  private rest(key: string): void {
    if (!this.options.rest || this.resting.has(key)) return;
    this.resting.add(key);
    setTimeout(() => {
      this.resting.delete(key);
      this.startNext();
    }, this.options.rest.ms);
  }

  private count(key: string, change: 1 | -1): void {
    const underWay = (this.underWay.get(key) ?? 0) + change;
    this.commits += change;
    if (underWay === 0) this.underWay.delete(key);
    else this.underWay.set(key, underWay);
  }

  /** How many from the front fit into one commit. */
  private fitting(group: Waiting<Item, Result>[]): number {
    let weight = 0;
    const end = group.findIndex(({ item }) => (weight += this.options.weight(item)) > this.options.most);
    return end < 0 ? group.length : Math.max(end, 1);
  }

  private async run(key: string, group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.commit(
        key,
        group.map(({ item }) => item),
      );
      group.forEach(({ done }, at) => done(results[at]!));
    } catch (error) {
      for (const { failed } of group) failed(error);
    } finally {
      this.count(key, -1);
      this.startNext();
    }
  }
}
