import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Channels } from '#channels';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { LINE_LIMITS, Pace, PaceBook } from '#line';
import { Looking } from './looking.service.js';
import { MenusTurn } from './menus-turn.service.js';
import { People } from './people.service.js';
import { Sweeping } from './sweeping.service.js';
import type { MenuPaces, MenuTurn } from './turn.js';

/** Whoever holds this lock is the only one to change a channel's menus at LINE. */
export function menusLock(channelId: string): string {
  return `rich-menus.drain ${channelId}`;
}

/** Brings LINE to what should be on a channel, a turn at a time. */
@Injectable()
export class MenusDrain implements BeforeApplicationShutdown {
  private shuttingDown = false;
  private readonly paces = new PaceBook<MenuPaces>(() => {
    const { other } = LINE_LIMITS.perSecond;
    return {
      link: new Pace(other),
      unlink: new Pace(other),
      bulkLink: new Pace(other),
      bulkUnlink: new Pace(other),
      ofUser: new Pace(other),
    };
  });

  constructor(
    private readonly db: Database,
    private readonly channels: Channels,
    private readonly menus: MenusTurn,
    private readonly people: People,
    private readonly sweeping: Sweeping,
    private readonly looking: Looking,
  ) {}

  /** Lets requests that have begun end, and begins no more. */
  beforeApplicationShutdown(): void {
    this.shuttingDown = true;
  }

  /**
   * One turn. People come first, so that nobody waits for a picture on its way; then the menus, and whom that concerns;
   * everybody is judged when the menus are there that they may be given.
   * @returns whether this process had the channel, and so has to see to it that somebody goes on
   */
  async run(scope: Scope, channelId: string): Promise<boolean> {
    const had = await this.db.withLock(menusLock(channelId), async (lock) => {
      if (!(await this.channels.exists(scope, channelId))) return false;
      const channel = await this.channels.get(scope, channelId);
      if (channel.refusedAt || this.shuttingDown) return false;
      const turn = await this.turn(scope, channelId, () => lock.held());
      await this.people.takeUp(turn);
      await this.people.run(turn);
      await this.menus.run(turn);
      await this.sweeping.run(turn);
      await this.people.run(turn);
      await this.looking.run(turn);
      return true;
    });
    return had ?? false;
  }

  private async turn(scope: Scope, channelId: string, held: () => boolean): Promise<MenuTurn> {
    const { richMenus: client } = await this.channels.client(scope, channelId);
    let stopped = false;
    return {
      scope,
      channelId,
      client,
      paces: this.paces.of(channelId),
      unsure: false,
      mine: () => held() && !stopped && !this.shuttingDown,
      stop: async () => {
        stopped = true;
        await this.channels.markRefused(scope, channelId);
      },
    };
  }
}
