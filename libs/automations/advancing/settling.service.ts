import { Injectable } from '@nestjs/common';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { MemberTags } from '#members';
import { menuChosen, tellOthers } from '../automations.jobs.js';
import { TraceRepository, type TracedDecision } from '../runs/trace.repository.js';
import { JourneySends } from './journey-sends.service.js';
import { tracedDecisions, type Walk } from './walk.js';

/** Lets everything happen that runs have come to, and writes down why; in the transaction that writes where they are. */
@Injectable()
export class Settling {
  constructor(
    private readonly sends: JourneySends,
    private readonly tags: MemberTags,
    private readonly jobs: Jobs,
    private readonly trace: TraceRepository,
  ) {}

  async settle(scope: Scope, walks: readonly Walk[]): Promise<void> {
    const decided = walks.map((walk) => ({ walk, decisions: tracedDecisions(walk) }));
    const sent = await this.sends.start(scope, decided);
    await this.trace.add(
      scope,
      decided.flatMap(({ decisions }) => decisions),
    );
    await this.trace.addSends(scope, sent);
    await this.tags.change(scope, tagChanges(walks));
    for (const { walk, decisions } of decided) await this.tell(scope, walk, decisions);
  }

  private async tell(scope: Scope, { journey, memberId, runId, advance }: Walk, decisions: TracedDecision[]) {
    const { workspaceId } = scope;
    const { channelId } = journey.prepared.definition;
    const told = decisions.filter(({ decision }) => decision === 'told');
    for (const effect of advance.effects) {
      if (effect.do === 'rich-menu')
        await this.jobs.announce(scope, menuChosen, { workspaceId, channelId, memberId, menuId: effect.menuId });
      if (effect.do === 'webhook') {
        const { number } = told.shift()!;
        await this.jobs.enqueue(scope, tellOthers, { workspaceId, memberId, runId, stepId: effect.stepId, number });
      }
    }
  }
}

/** Of steps that add a tag and take it away again, the last one counts. */
function tagChanges(walks: readonly Walk[]) {
  const last = new Map<string, { memberId: string; tag: string; add: boolean }>();
  for (const { memberId, advance } of walks)
    for (const effect of advance.effects)
      if (effect.do === 'tag' || effect.do === 'untag')
        for (const tag of effect.tags) last.set(`${memberId} ${tag}`, { memberId, tag, add: effect.do === 'tag' });
  const changes = [...last.values()];
  return { add: changes.filter(({ add }) => add), remove: changes.filter(({ add }) => !add) };
}
