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
}

/**
 * Lets items that arrive while a commit is under way share the next one: alone an item waits for nothing, under load one
 * commit serves dozens. Items of different keys never share a commit, and one key has one commit under way at a time: two
 * of half the size cost more than they save.
 */
export class GroupCommit<Item, Result> {
  private readonly waiting = new Map<string, Waiting<Item, Result>[]>();
  private readonly underWay = new Set<string>();

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
    if (this.underWay.size >= this.options.atOnce) return;
    for (const [key, group] of this.waiting) {
      if (this.underWay.has(key)) continue;
      const items = group.splice(0, this.fitting(group));
      // What is left goes to the end of the line, so that a busy key does not starve the others.
      this.waiting.delete(key);
      if (group.length > 0) this.waiting.set(key, group);
      this.underWay.add(key);
      void this.run(key, items);
      return;
    }
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
      this.underWay.delete(key);
      this.startNext();
    }
  }
}
