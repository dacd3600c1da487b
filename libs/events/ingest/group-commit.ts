interface Waiting<Item, Result> {
  items: Item[];
  done: (results: Result[]) => void;
  failed: (error: unknown) => void;
}

interface Line<Item, Result> {
  waiting: Waiting<Item, Result>[];
  /** Items in `waiting`. */
  length: number;
  underWay: number;
  timer?: NodeJS.Timeout;
}

export interface GroupCommitOptions {
  /** A group of this many items leaves at once. */
  most: number;
  /** Longest wait for the group before, in milliseconds. */
  wait: number;
}

/**
 * Lets callers that come at the same time share one commit. Alone a caller waits for nothing; while a commit of the same
 * key is under way the next callers gather, until it is done, they have waited long enough, or they are many.
 */
export class GroupCommit<Item, Result> {
  private readonly lines = new Map<string, Line<Item, Result>>();

  /** @param commit answers one result per item, in their order */
  constructor(
    private readonly options: GroupCommitOptions,
    private readonly commit: (key: string, items: Item[]) => Promise<Result[]>,
  ) {}

  /** Resolves once the items are committed; rejects with whatever their group failed with. */
  add(key: string, items: Item[]): Promise<Result[]> {
    return new Promise((done, failed) => {
      const line = this.lines.get(key) ?? { waiting: [], length: 0, underWay: 0 };
      this.lines.set(key, line);
      line.waiting.push({ items, done, failed });
      line.length += items.length;
      if (line.underWay === 0 || line.length >= this.options.most) this.leave(key, line);
      else line.timer ??= setTimeout(() => this.leave(key, line), this.options.wait);
    });
  }

  private leave(key: string, line: Line<Item, Result>): void {
    clearTimeout(line.timer);
    line.timer = undefined;
    const group = line.waiting;
    line.waiting = [];
    line.length = 0;
    line.underWay += 1;
    void this.run(key, group).then(() => {
      line.underWay -= 1;
      if (line.waiting.length > 0) this.leave(key, line);
      else if (line.underWay === 0) this.lines.delete(key);
    });
  }

  private async run(key: string, group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.commit(
        key,
        group.flatMap(({ items }) => items),
      );
      let from = 0;
      for (const { items, done } of group) done(results.slice(from, (from += items.length)));
    } catch (error) {
      for (const { failed } of group) failed(error);
    }
  }
}
