import { richMenuEndpoints } from '../limits/endpoints.js';
import { accepted, ok } from '../messaging-api/call.js';
import type { Answer, Call } from '../messaging-api/call.js';
import type { Gate } from '../messaging-api/gate.js';
import { refusals } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import { field, Problems } from '../validation/problems.js';
import type { JsonObject } from '../validation/problems.js';
import { bodyOf, menusOf } from './menu-call.js';
import type { RichMenuBook } from './rich-menu-book.js';
import { menuRefusals } from './rich-menu-refusals.js';
import { richMenuIdPattern } from './rich-menu.js';
import type { BatchOperation } from './rich-menu.js';

const kinds = ['link', 'unlink', 'unlinkAll'] as const;

/** Registers moving everyone from menu to menu: https://developers.line.biz/en/reference/messaging-api/#batch-control-rich-menus-of-users */
export function serveRichMenuBatches(gate: Gate, platform: Platform): void {
  gate.serve(richMenuEndpoints.batch, (call) => batch(platform, call));
  gate.serve(richMenuEndpoints.validateBatch, (call) => {
    checkedBatch(menusOf(platform, call), bodyOf(call));
    return ok();
  });
  gate.serve(richMenuEndpoints.batchProgress, (call) => progress(platform, call));
}

function batch(platform: Platform, call: Call): Answer {
  const { channel, at, requestId } = call;
  const checked = checkedBatch(menusOf(platform, call), bodyOf(call));
  const { bulkLagMs, batchFailShare: failShare } = platform.settings;
  const order = { requestId, at, dueAt: at + bulkLagMs, ...checked, failShare };
  platform.changeRichMenus(channel, { type: 'batch', order });
  return accepted();
}

function progress(platform: Platform, call: Call): Answer {
  const { requestId } = call.query;
  if (typeof requestId !== 'string' || requestId === '') throw refusals.parameter('requestId');
  const found = menusOf(platform, call).batch(requestId, call.at);
  if (!found) throw refusals.notFound();
  const { phase, completedAt, order } = found;
  const completedTime = completedAt === undefined ? undefined : new Date(completedAt).toISOString();
  return ok({ phase, acceptedTime: new Date(order.at).toISOString(), completedTime });
}

function checkedBatch(menus: RichMenuBook, body: JsonObject) {
  const problems = new Problems();
  problems.text(body, 'resumeRequestKey', '', { max: 100, optional: true, pattern: /^[0-9A-Za-z_-]+$/ });
  const given = problems.objects(body, 'operations', '', [1, 1000]);
  const operations = given.map((operation, i) => operationOf(operation, `operations[${i}]`, problems));
  if (new Set(operations.map(({ type }) => type === 'unlinkAll')).size > 1) {
    problems.add('operations[].type', `'unlinkAll' type can't be combined with other type`);
  }
  for (const from of repeated(operations.flatMap((one) => one.from ?? []))) {
    problems.add('operations[].from', `from richmenu (${from}) is duplicated`);
  }
  problems.throwIfAny();
  for (const { from, to } of operations) checkMenus(menus, from, to);
  const key = field(body, 'resumeRequestKey');
  return { operations, ...(typeof key === 'string' && key !== '' ? { resumeRequestKey: key } : {}) };
}

function operationOf(operation: JsonObject, at: string, problems: Problems): BatchOperation {
  const type = kinds.find((kind) => kind === field(operation, 'type'));
  if (!type) {
    problems.oneOf(operation, 'type', at, kinds);
    return { type: 'unlink' };
  }
  const id = (name: 'from' | 'to') => {
    const value = field(operation, name);
    if (typeof value === 'string' && richMenuIdPattern.test(value)) return value;
    problems.add(`${at}.${name}`, 'invalid richMenuId');
    return undefined;
  };
  if (type === 'unlinkAll') return { type };
  return type === 'unlink' ? { type, from: id('from') } : { type, from: id('from'), to: id('to') };
}

function repeated(ids: string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(ids.filter((id) => seen.size === seen.add(id).size));
}

function checkMenus(menus: RichMenuBook, from: string | undefined, to: string | undefined): void {
  if (from !== undefined && !menus.menu(from)) throw menuRefusals.menuNotFound(404);
  if (to === undefined) return;
  const target = menus.menu(to);
  if (!target) throw menuRefusals.menuNotFound(404);
  if (!target.image) throw menuRefusals.noImage();
}
