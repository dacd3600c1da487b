import { Injectable } from '@nestjs/common';
import { JourneyReferences } from '#automations';
import { MenusRepository } from '../menus/menus.repository.js';

/** Tells journeys, on the floor below, which menus there are to be chosen. */
@Injectable()
export class JourneyMenus {
  constructor(journeys: JourneyReferences, menus: MenusRepository) {
    journeys.registerMenus(async (scope, channelId, menuId) => {
      // Until the journey is written, nobody deletes it.
      await menus.claimChannel(scope, channelId);
      const menu = await menus.find(scope, menuId);
      return menu?.channelId === channelId && menu.version > 0;
    });
  }
}
