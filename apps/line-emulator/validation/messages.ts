import { checkQuickReply } from './actions.js';
import { checkFlex } from './flex-messages.js';
import {
  checkAudio,
  checkCoupon,
  checkImage,
  checkImagemap,
  checkLocation,
  checkSticker,
  checkVideo,
} from './media-messages.js';
import type { JsonObject, Problems } from './problems.js';
import { field } from './problems.js';
import { checkTemplate } from './template-messages.js';
import { checkText, checkTextV2 } from './text-messages.js';

type Check = (message: JsonObject, at: string, problems: Problems) => void;

const checks = new Map<string, Check>([
  ['text', checkText],
  ['textV2', checkTextV2],
  ['sticker', checkSticker],
  ['image', checkImage],
  ['video', checkVideo],
  ['audio', checkAudio],
  ['location', checkLocation],
  ['imagemap', checkImagemap],
  ['template', checkTemplate],
  ['flex', checkFlex],
  ['coupon', checkCoupon],
]);

/** The `messages` of a body: 1 to 5 message objects, each within its limits. */
export function checkMessages(body: JsonObject, problems: Problems): void {
  problems.objects(body, 'messages', '', [1, 5]).forEach((message, i) => {
    const at = `messages[${i}]`;
    if (!problems.oneOf(message, 'type', at, checks.keys())) return;
    checks.get(String(field(message, 'type')))?.(message, at, problems);
    checkQuickReply(message, at, problems);
    const sender = problems.object(message, 'sender', at, true);
    if (!sender) return;
    problems.text(sender, 'name', `${at}.sender`, { max: 20, optional: true });
    problems.mediaUrl(sender, 'iconUrl', `${at}.sender`, true);
  });
}
