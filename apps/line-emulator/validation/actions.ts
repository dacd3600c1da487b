import { aliasIdPattern } from '../rich-menus/rich-menu.js';
import type { JsonObject, Problems } from './problems.js';
import { field } from './problems.js';

/** Where an action stands decides how its label is limited and which kinds may be there. */
export interface ActionPlace {
  labelMax: number;
  labelOptional: boolean;
  inQuickReply: boolean;
  inRichMenu?: boolean;
}

export const templatePlace: ActionPlace = { labelMax: 20, labelOptional: false, inQuickReply: false };
export const imageCarouselPlace: ActionPlace = { labelMax: 12, labelOptional: true, inQuickReply: false };
export const flexPlace: ActionPlace = { labelMax: 40, labelOptional: true, inQuickReply: false };
export const defaultPlace: ActionPlace = { labelMax: 20, labelOptional: true, inQuickReply: false };
export const quickReplyPlace: ActionPlace = { labelMax: 20, labelOptional: false, inQuickReply: true };
export const richMenuPlace: ActionPlace = { labelMax: 20, labelOptional: true, inQuickReply: false, inRichMenu: true };

type Check = (action: JsonObject, at: string, problems: Problems) => void;

const shown = { max: 300, optional: true, graphemes: true };

const checks = new Map<string, Check>([
  [
    'postback',
    (action, at, problems) => {
      problems.text(action, 'data', at, { max: 300 });
      for (const name of ['displayText', 'text', 'fillInText']) problems.text(action, name, at, shown);
    },
  ],
  ['message', (action, at, problems) => problems.text(action, 'text', at, { max: 300, graphemes: true })],
  ['uri', (action, at, problems) => problems.tapUri(action, 'uri', at)],
  [
    'datetimepicker',
    (action, at, problems) => {
      problems.text(action, 'data', at, { max: 300 });
      problems.oneOf(action, 'mode', at, ['date', 'time', 'datetime']);
    },
  ],
  ['clipboard', (action, at, problems) => problems.text(action, 'clipboardText', at, { max: 1000 })],
]);

/** Only areas of rich menus switch menus. */
const checkSwitch: Check = (action, at, problems) => {
  problems.text(action, 'richMenuAliasId', at, { max: 32, pattern: aliasIdPattern });
  problems.text(action, 'data', at, { max: 300 });
};

const quickReplyOnly = ['camera', 'cameraRoll', 'location'];

/** Checks one action object: https://developers.line.biz/en/reference/messaging-api/#action-objects */
export function checkAction(action: JsonObject, at: string, problems: Problems, place: ActionPlace): void {
  const kinds = [
    ...checks.keys(),
    ...(place.inQuickReply ? quickReplyOnly : []),
    ...(place.inRichMenu ? ['richmenuswitch'] : []),
  ];
  if (!problems.oneOf(action, 'type', at, kinds)) return;
  problems.text(action, 'label', at, { max: place.labelMax, optional: place.labelOptional, graphemes: true });
  const type = String(field(action, 'type'));
  const check = type === 'richmenuswitch' ? checkSwitch : checks.get(type);
  check?.(action, at, problems);
}

export function checkQuickReply(message: JsonObject, at: string, problems: Problems): void {
  const quickReply = problems.object(message, 'quickReply', at, true);
  if (!quickReply) return;
  problems.objects(quickReply, 'items', `${at}.quickReply`, [1, 13]).forEach((item, i) => {
    const itemAt = `${at}.quickReply.items[${i}]`;
    problems.mediaUrl(item, 'imageUrl', itemAt, true);
    const action = problems.object(item, 'action', itemAt);
    if (action) checkAction(action, `${itemAt}.action`, problems, quickReplyPlace);
  });
}
