import type { Channel } from '../channels/channel.js';
import type { Platform } from '../platform.js';
import { postsBack, says } from '../users/acting.js';
import type { Heard } from '../users/acting.js';
import { field } from '../validation/problems.js';
import type { JsonObject } from '../validation/problems.js';

/** What a tap led to: something the account heard of, an address to open, or a text that was copied. */
export type Tapped = Heard | { open: string } | { copied: string };

/** Who taps, and what they chose where the action asks (`date`, `time` or `datetime`). */
export interface Tap {
  channel: Channel;
  userId: string;
  params?: unknown;
}

/** Does what an action of a rich menu or a message does in a person's hand. */
export async function tap(platform: Platform, tap: Tap, action: JsonObject): Promise<Tapped> {
  const { channel, userId } = tap;
  switch (action['type']) {
    case 'uri':
      return { open: text(action, 'uri') };
    case 'message':
      return says(platform, channel, userId, { type: 'text', text: text(action, 'text') });
    case 'richmenuswitch':
      return switchMenu(platform, tap, action);
    case 'postback':
      return post(platform, tap, action);
    case 'datetimepicker': {
      const params = tap.params ?? chosenTime(action, platform.clock.nowMs());
      return postsBack(platform, channel, userId, { data: text(action, 'data'), params });
    }
    default:
      return { copied: text(action, 'clipboardText') };
  }
}

/** The words of a postback stand in the talk; only the old `text` reaches the account as a message too. */
async function post(platform: Platform, { channel, userId }: Tap, action: JsonObject): Promise<Heard> {
  const shown = text(action, 'displayText');
  if (shown !== '') platform.addInbound(channel, userId, { type: 'text', text: shown });
  const heard = await postsBack(platform, channel, userId, { data: text(action, 'data') });
  const said = text(action, 'text');
  if (said !== '') await says(platform, channel, userId, { type: 'text', text: said });
  return heard;
}

/** LINE itself links the menu to the person: https://developers.line.biz/en/reference/messaging-api/#richmenu-switch-action */
function switchMenu(platform: Platform, { channel, userId }: Tap, action: JsonObject): Promise<Heard> {
  platform.settleRichMenus(channel);
  const alias = text(action, 'richMenuAliasId');
  const status = statusOf(channel, userId, alias);
  const richMenuId = channel.richMenus.aliases.get(alias);
  const switched = status === 'SUCCESS' && richMenuId !== undefined;
  if (switched) platform.changeRichMenus(channel, { type: 'link', richMenuId, userIds: [userId] });
  const params = switched ? { newRichMenuAliasId: alias, status } : { status };
  return postsBack(platform, channel, userId, { data: text(action, 'data'), params });
}

function statusOf({ users, richMenus }: Channel, userId: string, alias: string): string {
  const richMenuId = richMenus.aliases.get(alias);
  if (richMenuId === undefined) return 'RICHMENU_ALIAS_ID_NOTFOUND';
  if (!richMenus.menu(richMenuId)) return 'RICHMENU_NOTFOUND';
  const user = users.find(userId);
  return user !== undefined && users.state(user) === 'friend' ? 'SUCCESS' : 'FAILED';
}

/** What a picker stands at when it opens: its `initial`, or now in Japan. */
function chosenTime(action: JsonObject, nowMs: number): Record<string, string> {
  const mode = text(action, 'mode');
  const now = new Date(nowMs + 9 * 60 * 60 * 1000).toISOString();
  const parts = new Map([
    ['date', now.slice(0, 10)],
    ['time', now.slice(11, 16)],
    ['datetime', now.slice(0, 16)],
  ]);
  return { [mode]: text(action, 'initial') || (parts.get(mode) ?? '') };
}

function text(action: JsonObject, name: string): string {
  const value = field(action, name);
  return typeof value === 'string' ? value : '';
}
