import { counted } from '../insight/interactions.js';
import type { Platform } from '../platform.js';
import type { Declare } from './declare.js';
import { Given, mistake } from './given.js';

/** People see messages, and open addresses in them, so that LINE has something to tell of it. */
export function controlInsight(declare: Declare, platform: Platform): void {
  declare('POST /insight', ({ body }) => {
    const given = new Given(body);
    const channel = given.channel(platform);
    const unit = given.text('unit');
    const url = given.optionalText('url');
    const at = platform.clock.nowMs();
    const users = given.texts('userIds').map((userId) => [userId, channel.users.find(userId)] as const);
    const stranger = users.find(([, user]) => user === undefined);
    if (stranger) throw mistake(`userIds holds ${stranger[0]}, who is not known`);
    const reached = counted(
      channel.ledger,
      { unit, at },
      users.map(([, user]) => user!),
    );
    const userIds = users.flatMap(([userId], i) => (reached[i] ? [userId] : []));
    platform.interact(channel, { at, unit, seq: given.optionalWhole('seq', 1) ?? 1, url, userIds });
    return { counted: userIds.length };
  });
}
