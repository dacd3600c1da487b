import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChannelChecks, Channels, ok, unknown, wrong, type Finding } from '#channels';
import type { Scope } from '#kernel';
import type { RichMenuClient } from '#line';
import { ShownMenusRepository, type Shown } from './shown-menus.repository.js';

const ASKED_ABOUT = 3;
const LEFT = 'The next comparison puts it right; until then look for somebody else who sets menus in LINE’s manager.';

/** Whether LINE really shows the menus that it was given, for the channel's doctor. */
@Injectable()
export class RichMenuCheck implements OnModuleInit {
  constructor(
    private readonly checks: ChannelChecks,
    private readonly channels: Channels,
    private readonly shown: ShownMenusRepository,
  ) {}

  onModuleInit(): void {
    this.checks.register({ name: 'rich menu', look: (scope, id) => this.look(scope, id) });
  }

  private async look(scope: Scope, channelId: string): Promise<Finding> {
    const { hasRules, lineDefaultId } = await this.shown.defaultMenu(scope, channelId);
    if (!hasRules) return unknown('No rich menu is assigned to anybody.', 'PUT rich-menu-rules to the channel.');
    const { richMenus } = await this.channels.client(scope, channelId);
    const people = await this.shown.latest(scope, channelId, ASKED_ABOUT);
    if (people.length > 0) return ofPeople(richMenus, people);
    if (lineDefaultId === null)
      return unknown('Nobody was given a menu yet.', 'Wait a moment, and look at the worker.');
    return ofEverybody(richMenus, lineDefaultId);
  }
}

async function ofPeople(richMenus: RichMenuClient, people: Shown[]): Promise<Finding> {
  let right = 0;
  for (const { userId, lineMenuId } of people) {
    const outcome = await richMenus.ofUser(userId);
    if (outcome.kind === 'answered' && outcome.value.richMenuId === lineMenuId) right += 1;
    else if (outcome.kind !== 'answered' && outcome.kind !== 'refused') return notAsked();
  }
  const seen = `${right} of ${people.length} people asked about have the menu they were given.`;
  return right === people.length ? ok(seen) : wrong(seen, LEFT);
}

async function ofEverybody(richMenus: RichMenuClient, lineDefaultId: string): Promise<Finding> {
  const outcome = await richMenus.getDefault();
  if (outcome.kind === 'answered' && outcome.value.richMenuId === lineDefaultId)
    return ok('LINE shows the default menu.');
  if (outcome.kind === 'answered' || outcome.kind === 'refused' || outcome.kind === 'unauthorized') {
    return wrong('LINE shows another default menu, or none.', LEFT);
  }
  return notAsked();
}

function notAsked(): Finding {
  return unknown('LINE could not be asked.', 'Try again.');
}
