import type { UserBook } from '../users/user-book.js';
import type { Batch } from './batches.js';
import { Batches } from './batches.js';
import { LateWork } from './late-work.js';
import { MenuLinks } from './menu-links.js';
import type { RichMenu, RichMenuChange } from './rich-menu.js';

export interface KeptMenu {
  richMenuId: string;
  menu: RichMenu;
  image?: { contentType: string; bytes: Buffer };
  /** People who were given it as their own. */
  linked: number;
  number: number;
}

/** What a person sees under the talk, and why. */
export interface Shown {
  kept: KeptMenu | undefined;
  by: 'user' | 'default' | 'none';
}

/** The rich menus of one channel: which there are, whose they are, and what is still on its way. */
export class RichMenuBook {
  readonly aliases = new Map<string, string>();
  /** Menus made with LINE's manager cannot be seen from here; only that one of them is the default. */
  foreignDefault = false;
  private readonly byId = new Map<string, KeptMenu>();
  private readonly byNumber = new Map<number, KeptMenu>();
  private defaultId: string | null = null;
  private lastNumber = 0;
  private readonly links = new MenuLinks();
  private readonly late = new LateWork();
  private readonly batches = new Batches();

  constructor(private readonly users: UserBook) {}

  menus(): KeptMenu[] {
    return [...this.byId.values()];
  }

  get count(): number {
    return this.byId.size;
  }

  menu(richMenuId: string): KeptMenu | undefined {
    return this.byId.get(richMenuId);
  }

  get defaultMenu(): KeptMenu | undefined {
    return this.defaultId === null ? undefined : this.byId.get(this.defaultId);
  }

  /** The menu this person was given as their own. */
  ofUser(user: number): KeptMenu | undefined {
    return this.byNumber.get(this.links.of(user));
  }

  /** Friends see their own menu before the default one, everybody else the default one only. */
  shownTo(user: number): Shown {
    const own = this.users.state(user) === 'friend' ? this.ofUser(user) : undefined;
    if (own) return { kept: own, by: 'user' };
    const kept = this.defaultMenu;
    return { kept, by: kept ? 'default' : 'none' };
  }

  /** Visits everyone with a menu of their own. */
  eachLinked(visit: (user: number, kept: KeptMenu) => void): void {
    this.links.each((user, number) => {
      const kept = this.byNumber.get(number);
      if (kept) visit(user, kept);
    });
  }

  batch(requestId: string, now: number): Batch | undefined {
    return this.batches.find(requestId, now);
  }

  /** Pieces of accepted work that should have taken effect by now. */
  due(now: number): number {
    return this.late.due(now);
  }

  /** Who blocks the account, or is gone, has no menu of their own any more, also when they come back. */
  dropUser(user: number): void {
    this.setLink(user, 0);
  }

  apply(change: RichMenuChange): void {
    switch (change.type) {
      case 'create':
        return this.create(change.richMenuId, change.menu);
      case 'image':
        return this.setImage(change);
      case 'delete':
        return this.delete(change.richMenuId);
      case 'default':
        this.defaultId = change.richMenuId;
        return;
      case 'foreign-default':
        this.foreignDefault = change.on;
        return;
      case 'alias':
        return this.setAlias(change.richMenuAliasId, change.richMenuId);
      case 'settle':
        return this.late.run(change.count);
      default:
        return this.applyToPeople(change);
    }
  }

  private applyToPeople(change: Extract<RichMenuChange, { type: 'link' | 'bulk' | 'batch' }>): void {
    if (change.type === 'batch') {
      const batch = this.batches.add(change.order, () => this.links.copy());
      this.late.add({ dueAt: change.order.dueAt, run: () => this.runBatch(batch) });
      return;
    }
    const users = this.known(change.userIds);
    const run = () => this.link(users, change.richMenuId);
    if (change.type === 'bulk') this.late.add({ dueAt: change.dueAt, run });
    else run();
  }

  /** The numbers of those ids that anybody ever heard of. */
  private known(userIds: string[]): Uint32Array {
    const users = new Uint32Array(userIds.length);
    let count = 0;
    for (const userId of userIds) {
      const user = this.users.find(userId);
      if (user !== undefined) users[count++] = user;
    }
    return users.subarray(0, count);
  }

  private create(richMenuId: string, menu: RichMenu): void {
    const kept: KeptMenu = { richMenuId, menu, linked: 0, number: ++this.lastNumber };
    this.byId.set(richMenuId, kept);
    this.byNumber.set(kept.number, kept);
  }

  private setImage({ richMenuId, contentType, base64 }: { richMenuId: string; contentType: string; base64: string }) {
    const kept = this.byId.get(richMenuId);
    if (kept) kept.image = { contentType, bytes: Buffer.from(base64, 'base64') };
  }

  /** Aliases of a deleted menu stay and lead nowhere, as at LINE. */
  private delete(richMenuId: string): void {
    const kept = this.byId.get(richMenuId);
    if (!kept) return;
    this.byId.delete(richMenuId);
    this.byNumber.delete(kept.number);
    if (this.defaultId === richMenuId) this.defaultId = null;
  }

  private setAlias(richMenuAliasId: string, richMenuId: string | null): void {
    if (richMenuId === null) this.aliases.delete(richMenuAliasId);
    else this.aliases.set(richMenuAliasId, richMenuId);
  }

  /** Links whoever is a friend at that moment; a menu that is gone by then links nobody. */
  private link(users: Iterable<number>, richMenuId: string | null): void {
    const number = richMenuId === null ? 0 : this.byId.get(richMenuId)?.number;
    if (number === undefined) return;
    for (const user of users) if (this.users.state(user) === 'friend') this.setLink(user, number);
  }

  private setLink(user: number, number: number): void {
    const before = this.byNumber.get(this.links.set(user, number));
    if (before) before.linked--;
    const after = this.byNumber.get(number);
    if (after) after.linked++;
  }

  /** Moves everyone who had a menu when the batch was asked for, unless they were given another one since. */
  private runBatch(batch: Batch): void {
    const targets = this.targetsOf(batch);
    const all = targets.get('all');
    const concerned: number[] = [];
    batch.links.forEach((number, user) => {
      if (number !== 0 && (all !== undefined || targets.has(number))) concerned.push(user);
    });
    const done = Math.floor(concerned.length * (1 - batch.order.failShare));
    for (const user of concerned.slice(0, done)) {
      const number = batch.links[user] ?? 0;
      batch.links[user] = 0;
      if (this.links.of(user) === number) this.setLink(user, all ?? targets.get(number) ?? 0);
    }
    batch.phase = done < concerned.length ? 'failed' : 'succeeded';
    batch.completedAt = batch.order.dueAt;
  }

  /** By number of the menu before: number of the menu after, 0 for none. */
  private targetsOf({ order: { operations } }: Batch): Map<number | 'all', number> {
    const targets = new Map<number | 'all', number>();
    for (const { type, from = '', to = '' } of operations) {
      const before = type === 'unlinkAll' ? 'all' : this.byId.get(from)?.number;
      const after = type === 'link' ? this.byId.get(to)?.number : 0;
      if (before !== undefined && after !== undefined) targets.set(before, after);
    }
    return targets;
  }
}
