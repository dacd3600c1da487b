import { randomBytes } from 'node:crypto';
import { richMenuEndpoints } from '../limits/endpoints.js';
import { ok } from '../messaging-api/call.js';
import type { Answer, Call } from '../messaging-api/call.js';
import type { Gate } from '../messaging-api/gate.js';
import { refusals } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import { serveRichMenuAliases } from './aliases.routes.js';
import { serveRichMenuBatches } from './batches.routes.js';
import { imageSize } from './image-size.js';
import { bodyOf, menuOf, menusOf } from './menu-call.js';
import { allowedSize, checkedRichMenu } from './rich-menu-check.js';
import { menuRefusals } from './rich-menu-refusals.js';
import { mostMenus } from './rich-menu.js';
import { serveUserMenus } from './user-menus.routes.js';

const imageTypes = ['image/png', 'image/jpeg'];
/** 1 MB: https://developers.line.biz/en/reference/messaging-api/#upload-rich-menu-image-requirements */
const largestImage = 1024 * 1024;

/** Registers everything about rich menus. */
export function serveRichMenus(gate: Gate, platform: Platform): void {
  gate.serve(richMenuEndpoints.create, (call) => create(platform, call));
  gate.serve(richMenuEndpoints.validate, (call) => {
    checkedRichMenu(bodyOf(call));
    return ok();
  });
  gate.serve(richMenuEndpoints.uploadImage, (call) => uploadImage(platform, call));
  gate.serve(richMenuEndpoints.image, (call) => {
    const { image } = menuOf(platform, call);
    if (!image) throw refusals.notFound();
    return { ...ok(image.bytes), contentType: image.contentType };
  });
  gate.serve(richMenuEndpoints.list, (call) => {
    const richmenus = menusOf(platform, call).menus();
    return ok({ richmenus: richmenus.map(({ richMenuId, menu }) => ({ richMenuId, ...menu })) });
  });
  gate.serve(richMenuEndpoints.get, (call) => {
    const { richMenuId, menu } = menuOf(platform, call);
    return ok({ richMenuId, ...menu });
  });
  gate.serve(richMenuEndpoints.remove, (call) => {
    const { richMenuId } = menuOf(platform, call);
    platform.changeRichMenus(call.channel, { type: 'delete', richMenuId });
    return ok();
  });
  serveDefault(gate, platform);
  serveUserMenus(gate, platform);
  serveRichMenuBatches(gate, platform);
  serveRichMenuAliases(gate, platform);
}

function create(platform: Platform, call: Call): Answer {
  const menu = checkedRichMenu(bodyOf(call));
  if (menusOf(platform, call).count >= mostMenus) throw menuRefusals.tooMany('rich menus');
  const richMenuId = `richmenu-${randomBytes(16).toString('hex')}`;
  platform.changeRichMenus(call.channel, { type: 'create', richMenuId, menu });
  return ok({ richMenuId });
}

function uploadImage(platform: Platform, call: Call): Answer {
  const { richMenuId, menu, image } = menuOf(platform, call);
  const { contentType, bytes } = call;
  if (!imageTypes.includes(contentType) || !bytes) throw refusals.contentType(contentType);
  if (image) throw menuRefusals.imageThere();
  const size = imageSize(bytes);
  const fits = size && allowedSize(size) && size.width === menu.size.width && size.height === menu.size.height;
  if (!fits || bytes.length > largestImage) throw menuRefusals.imageSize();
  platform.changeRichMenus(call.channel, { type: 'image', richMenuId, contentType, base64: bytes.toString('base64') });
  return ok();
}

function serveDefault(gate: Gate, platform: Platform): void {
  gate.serve(richMenuEndpoints.setDefault, (call) => {
    const { richMenuId, image } = menuOf(platform, call);
    if (!image) throw menuRefusals.noImage();
    platform.changeRichMenus(call.channel, { type: 'default', richMenuId });
    return ok();
  });
  gate.serve(richMenuEndpoints.getDefault, (call) => {
    const { defaultMenu, foreignDefault } = menusOf(platform, call);
    if (defaultMenu) return ok({ richMenuId: defaultMenu.richMenuId });
    throw foreignDefault ? menuRefusals.foreignDefault() : menuRefusals.noDefault();
  });
  gate.serve(richMenuEndpoints.clearDefault, (call) => {
    platform.changeRichMenus(call.channel, { type: 'default', richMenuId: null });
    return ok();
  });
}
