import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { EVENT_PREFIX, type MessageContent } from '#messages';
import { Attention } from '../attention/attention.service.js';
import { SendsRepository, type Send } from '../ledger/sends.repository.js';
import { WakeUps } from '../sending/wake-ups.service.js';
import type { HeldSend } from './held-send.js';
import { PlanningRepository, type Variables } from './planning.repository.js';

/** Half a second of multicasts: sending that keeps overtaking planning would stand idle at every slice. */
const HEAD_START_PAGES = 100;

/** Turns people who have been named into pages, and wakes whoever sends them. */
@Injectable()
export class Slices {
  constructor(
    private readonly db: Database,
    private readonly repository: PlanningRepository,
    private readonly attention: Attention,
    private readonly sends: SendsRepository,
    private readonly wakeUps: WakeUps,
  ) {}

  /** Plans the next slice of a send whose content was checked. @returns whether there is more to plan */
  planNext(
    scope: Scope,
    { id, channelId }: Pick<Send, 'id' | 'channelId'>,
    contents: readonly MessageContent[],
  ): Promise<boolean> {
    return this.db.transaction(scope, async () => {
      const held = await this.repository.hold(scope, id);
      if (!held || held.plannedAt || !['planning', 'cancelled'].includes(held.state)) return false;
      const { pages, more } = await this.planSlice(scope, held, contents);
      if (!more) {
        await this.repository.finish(scope, id);
        await this.sends.finish(scope, { sendId: id });
      }
      const worthWaking = pages >= (more ? HEAD_START_PAGES : 1);
      if (worthWaking && held.state === 'planning')
        await this.wakeUps.wake({ workspaceId: scope.workspaceId, channelId });
      return more;
    });
  }

  /** The same for the one slice of a send that the ambient transaction has made and nobody else can see. */
  async planAtOnce(
    scope: Scope,
    send: Pick<Send, 'id' | 'channelId' | 'class' | 'personalised' | 'role' | 'split' | 'most' | 'value'>,
    contents: readonly MessageContent[],
  ): Promise<void> {
    const { id, channelId } = send;
    const held = { ...send, state: 'planning', byRule: false, pages: 0, audience: null, plannedAt: null } as const;
    await this.planSlice(scope, held, contents);
    if (await this.repository.finish(scope, id)) await this.wakeUps.wakeOnce(scope, channelId);
    else await this.sends.finish(scope, { sendId: id });
  }

  private async planSlice(scope: Scope, held: HeldSend, contents: readonly MessageContent[]) {
    return this.repository.planSlice(scope, held, {
      variables: variablesOf(contents),
      caps: await this.attention.capsOf(scope, held),
    });
  }
}

/** Of all variants: everybody's values are frozen for whichever they get. */
function variablesOf(contents: readonly MessageContent[]): Variables {
  const isEvents = (name: string) => name.startsWith(EVENT_PREFIX);
  const once = (names: readonly string[]) => [...new Set(names)];
  const variables = once(contents.flatMap((content) => content.variables));
  return {
    ofMember: variables.filter((name) => !isEvents(name)),
    ofEvent: variables.filter(isEvents),
    required: once(contents.flatMap((content) => content.requiredVariables)),
  };
}
