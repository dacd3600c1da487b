import { richMenuEndpoints } from '../limits/endpoints.js';
import { ok } from '../messaging-api/call.js';
import type { Answer, Call } from '../messaging-api/call.js';
import type { Gate } from '../messaging-api/gate.js';
import { refusals } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import { field, Problems } from '../validation/problems.js';
import { bodyOf, menusOf } from './menu-call.js';
import { menuRefusals } from './rich-menu-refusals.js';
import { aliasIdPattern, mostMenus } from './rich-menu.js';

/** Registers the names by which menus switch to each other. */
export function serveRichMenuAliases(gate: Gate, platform: Platform): void {
  gate.serve(richMenuEndpoints.createAlias, (call) => create(platform, call));
  gate.serve(richMenuEndpoints.updateAlias, (call) => {
    const { richMenuAliasId } = aliasOf(platform, call);
    platform.changeRichMenus(call.channel, { type: 'alias', richMenuAliasId, richMenuId: targetOf(platform, call) });
    return ok();
  });
  gate.serve(richMenuEndpoints.getAlias, (call) => ok(aliasOf(platform, call)));
  gate.serve(richMenuEndpoints.deleteAlias, (call) => {
    const { richMenuAliasId } = aliasOf(platform, call);
    platform.changeRichMenus(call.channel, { type: 'alias', richMenuAliasId, richMenuId: null });
    return ok();
  });
  gate.serve(richMenuEndpoints.listAliases, (call) => {
    const aliases = [...menusOf(platform, call).aliases];
    return ok({ aliases: aliases.map(([richMenuAliasId, richMenuId]) => ({ richMenuAliasId, richMenuId })) });
  });
}

function create(platform: Platform, call: Call): Answer {
  const body = bodyOf(call);
  const problems = new Problems();
  problems.text(body, 'richMenuAliasId', '', { max: 32, pattern: aliasIdPattern });
  problems.throwIfAny();
  const richMenuAliasId = String(field(body, 'richMenuAliasId'));
  const { aliases } = menusOf(platform, call);
  if (aliases.has(richMenuAliasId)) throw menuRefusals.aliasConflict();
  const richMenuId = targetOf(platform, call);
  if (aliases.size >= mostMenus) throw menuRefusals.tooMany('rich menu aliases');
  platform.changeRichMenus(call.channel, { type: 'alias', richMenuAliasId, richMenuId });
  return ok();
}

/** The menu that a body names for an alias: of this channel, and with an image. */
function targetOf(platform: Platform, call: Call): string {
  const body = bodyOf(call);
  const problems = new Problems();
  problems.text(body, 'richMenuId', '', { max: 100 });
  problems.throwIfAny();
  const kept = menusOf(platform, call).menu(String(field(body, 'richMenuId')));
  if (!kept) throw menuRefusals.menuNotFound(400);
  if (!kept.image) throw menuRefusals.noImage();
  return kept.richMenuId;
}

function aliasOf(platform: Platform, call: Call): { richMenuAliasId: string; richMenuId: string } {
  const richMenuAliasId = call.params['richMenuAliasId'] ?? '';
  if (!aliasIdPattern.test(richMenuAliasId)) throw refusals.parameter('richMenuAliasId');
  const richMenuId = menusOf(platform, call).aliases.get(richMenuAliasId);
  if (richMenuId === undefined) throw menuRefusals.aliasNotFound();
  return { richMenuAliasId, richMenuId };
}
