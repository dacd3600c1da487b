import { it } from '@jest/globals';
import { appendFileSync } from 'node:fs';
import { createTestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { Shop, rank, paths, lineUser } from './shop.js';
it('p', async () => {
  const app = await createTestApp({ imports: features });
  const log = (...a: unknown[]) => appendFileSync('/tmp/probe.log', a.map((x) => JSON.stringify(x)).join(' ').slice(0, 600) + '\n');
  const go = async (name: string, f: (s: Shop) => Promise<unknown>) => {
    try { log(name, await f(await Shop.open(app))); } catch (e) { log(name, 'THROW', String(e)); }
  };
  const P = (orderId: string, total: number, more = {}) => ({ type: 'purchase', orderId, total, ...more });
  const R = (orderId: string, total: number, more = {}) => ({ type: 'refund', orderId, total, ...more });
  const L = (productId: string, quantity: number, unitPrice: number, category?: string) => ({ productId, quantity, unitPrice, category });
  const A = { kind: 'purchase', where: { product: ['a'] } };

  await go('19b qty', async (s) => { await s.put('hanako'); return [await s.post(P('o', 1, { lines: [L('a', 2147483648, 1)] })), await s.post(P('p', 1, { lines: [L('a', 2000000, 1)] })), await s.post(P('q', 1, { lines: [L('a', 1000000, 9e12)] })), await s.actual(A)]; });
  await go('24 long strings', async (s) => { await s.put('hanako'); return [await s.post(P('o', 1, { lines: [L('a', 1, 1, 'あ'.repeat(1000))] })), await s.post(P('o3', 1, { lines: [L('a', 1, 1, 'あ'.repeat(128))] })), await s.post(P('o3', 1, { lines: [L('a', 1, 1, 'あ'.repeat(200))] })), await s.post({ type: 'browse', url: 'https://a.b/' + 'x'.repeat(1500) }), await s.post({ type: 'browse', url: 'https://a.b/' + 'x'.repeat(3000) })]; });
  await go('24c', async (s) => { const a = await s.call('PUT', '/v1/members/x', { rank: 'あ'.repeat(1000), tags: ['あ'.repeat(1000)] }); const b = await s.call('PUT', '/v1/members/x', { attributes: Object.fromEntries(Array.from({ length: 300 }, (_, i) => ['k' + i, i])) }); const c = await s.call('PUT', '/v1/members/x', { attributes: { ['n'.repeat(500)]: 1 } }); const d = await s.call('PUT', '/v1/members/x', { attributes: { l: ['x'.repeat(1001)] } }); return [a.status, a.body.errors, b.status, b.body.errors, c.status, c.body.errors, d.status, d.body.errors]; });
  await go('24d url', async (s) => { await s.put('hanako'); return [await s.post({ type: 'browse', url: 'not a url' }), await s.post({ type: 'browse', url: '' }), await s.post({ type: 'browse', url: 'https://店.jp/花' }), await s.post({ type: 'cart', cartId: 'c', items: [], url: 'x' }), await s.post({ type: 'visit', source: '' })]; });
  await go('50 usd->eur with rule', async (s0) => { void s0; const s = await Shop.open(app, { currency: 'USD' }); await s.segment({ kind: 'purchase', total: { gte: 5 } }); const d = await s.call('PATCH', '/v1/workspace', { currency: 'JPY' }); return [d.status]; });
  await go('51 campaign w amount, currency', async (s0) => { void s0; const s = await Shop.open(app, { currency: 'USD' }); const c = await s.channel(); const k = await s.must('POST', '/v1/campaigns', { name: 'c', channelId: c, rule: { kind: 'purchase', total: { gte: 0.5 } }, messages: [{ type: 'text', text: 'x' }] }); const d = await s.call('PATCH', '/v1/workspace', { currency: 'JPY' }); const g = await s.call('POST', `/v1/campaigns/${k.id}/schedule`, {}); return [d.status, g.status, g.body]; });
  await go('52 currency same when stored', async (s) => { await s.did(P('o', 1)); const d = await s.call('PATCH', '/v1/workspace', { currency: 'JPY', name: 'x' }); return [d.status, d.body.code]; });
  await go('53 refused currency', async (s) => { await s.did(P('o', 1)); const d = await s.call('PATCH', '/v1/workspace', { currency: 'USD', name: 'x' }); return [d.status, d.body, (await s.must('GET', '/v1/workspace')).name]; });
  await go('54 currency zero amount', async (s) => { await s.did(P('o', 0)); const d = await s.call('PATCH', '/v1/workspace', { currency: 'USD' }); return [d.status, d.body.code]; });
  await go('55 segment used by tag case', async (s) => { await s.put('hanako', { tags: ['a', 'a'] }); return (await s.member('hanako')).tags; });
  await go('56 refund restated by same id other', async (s) => { await s.did(P('o', 100, { occurredAt: '2026-03-01T00:00:00Z' })); return [await s.actual({ kind: 'purchase' }, '2026-02-01'), await s.actual({ kind: 'purchase', within: { days: 0 } }, '2026-03-01T00:00:00Z'), await s.actual({ kind: 'purchase' }, '2026-03-01T00:00:00.001Z')]; });
  await go('57 explain actuals', async (s) => { await s.put('hanako', { registeredAt: '2026-01-01T00:00:00Z', tags: ['t'] }); const r: unknown[] = []; for (const rule of [{ kind: 'link', linked: true }, { kind: 'registered' }, { kind: 'sample', percent: 5 }, { kind: 'segment', id: await s.segment(rank('x')) }, { kind: 'visit' }, { kind: 'tag', any: ['x'] }, rank('x'), { kind: 'attribute', name: 'q', exists: true }]) r.push(await s.actual(rule)); return r; });
  await app.close();
}, 120_000);
