/** Which menu each person was given, by numbers: half a million people cost two megabytes. */
export class MenuLinks {
  /** Per user; 0 is none. */
  private byUser = new Uint32Array(64);

  of(user: number): number {
    return this.byUser[user] ?? 0;
  }

  /** @returns the number of the menu that the person had before */
  set(user: number, menu: number): number {
    if (user >= this.byUser.length) {
      if (menu === 0) return 0;
      this.grow(user + 1);
    }
    const before = this.of(user);
    this.byUser[user] = menu;
    return before;
  }

  /** The links as they are now, one number per user. */
  copy(): Uint32Array {
    return this.byUser.slice();
  }

  /** Visits people with a menu, with its number, in the order of the user book. */
  each(visit: (user: number, menu: number) => void): void {
    for (let user = 0; user < this.byUser.length; user++) {
      const menu = this.of(user);
      if (menu !== 0) visit(user, menu);
    }
  }

  private grow(size: number): void {
    const grown = new Uint32Array(Math.max(size, this.byUser.length * 2));
    grown.set(this.byUser);
    this.byUser = grown;
  }
}
