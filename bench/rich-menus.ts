import { SendingStack } from './delivery/sending-stack.js';
import type { Bench, BenchOptions, Result } from './harness.js';

const PEOPLE = 100_000;
/** People who link one after the other. */
const LINKS = 60;
/** https://developers.line.biz/en/reference/messaging-api/#rate-limits and #link-rich-menu-to-users */
const BULKS_PER_S = 2_000;
const PEOPLE_PER_BULK = 500;
const LOOK_EVERY_MS = 5;

interface Shop {
  key: string;
  channelId: string;
}

/**
 * How soon somebody who links sees their menu, and how long it takes to give everybody another one, against an emulator
 * that holds LINE's limits and carries out bulk requests as late as LINE does.
 */
export const bench: Bench = async (options) => {
  const { members = PEOPLE } = options;
  const stack = await SendingStack.start();
  try {
    const shop = await stack.openShop(members);
    const worker = await stack.startWorker();
    try {
      const relinked = await relink(stack, shop, members, options);
      return [...relinked, await linkToMenu(stack, shop, options)];
    } finally {
      await worker.stop();
    }
  } finally {
    await stack.stop();
  }
};

async function relink(stack: SendingStack, shop: Shop, members: number, options: BenchOptions): Promise<Result[]> {
  const before = await makeMenu(stack, shop, 'before');
  const after = await makeMenu(stack, shop, 'after');
  // Both are at LINE all the time: this is about the people.
  await putRules(stack, shop, before, after);
  await everybodyHas(stack, 'before', members);
  await atRest(stack);
  const lagMs = (await stack.control<{ bulkLagMs: number }>('GET', 'settings')).bulkLagMs;
  const began = performance.now();
  await putRules(stack, shop, after, before);
  await everybodyHas(stack, 'after', members);
  const seconds = (performance.now() - began) / 1000;
  const floor = Math.ceil(members / PEOPLE_PER_BULK) / BULKS_PER_S + lagMs / 1000;
  options.log(
    `${members} people in ${seconds.toFixed(2)} s; LINE allows ${floor.toFixed(2)} s, ${lagMs} ms of it its own delay`,
  );
  return [
    { metric: 'bulk_relink_s', value: seconds, unit: 's', floor, ratio: floor / seconds },
    { metric: 'bulk_relink_of_limit', value: seconds / floor, unit: 'x' },
  ];
}

/** From posting a link until LINE shows the menu, for people who come one after the other. */
async function linkToMenu(stack: SendingStack, shop: Shop, options: BenchOptions): Promise<Result> {
  const { lineChannelId: channelId } = stack;
  const took: number[] = [];
  for (let n = 0; n < LINKS; n++) {
    const [memberId, userId] = [`late-${n}`, `Uffff${n.toString(16).padStart(28, '0')}`];
    await stack.control('POST', 'users', { channelId, users: [{ userId, state: 'friend' }] });
    await stack.request('PUT', `/v1/members/${memberId}`, {}, shop.key);
    const began = performance.now();
    const links = [{ memberId, lineUserId: userId, friend: true }];
    await stack.request('POST', '/v1/links/batch', { channelId: shop.channelId, links }, shop.key);
    await until(async () => {
      const path = `rich-menus/of?channelId=${channelId}&userId=${userId}`;
      return (await stack.control<{ by: string }>('GET', path)).by === 'user';
    });
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  options.log(`links: ${took.map((ms) => ms.toFixed(0)).join(' ')} ms`);
  return { metric: 'link_to_menu_p95_ms', value: took[Math.ceil(took.length * 0.95) - 1]!, unit: 'ms' };
}

async function makeMenu(stack: SendingStack, { key, channelId }: Shop, name: string): Promise<string> {
  const cells = [{ label: name, action: { type: 'message', text: name } }];
  const body = { name, chatBarText: name, design: { template: '1x1', cells } };
  return (await stack.request<{ id: string }>('POST', `/v1/channels/${channelId}/rich-menus`, body, key)).id;
}

/** Everybody who is linked sees one menu, nobody the other. */
async function putRules(stack: SendingStack, { key, channelId }: Shop, shown: string, other: string): Promise<void> {
  const rules = [
    { when: { rank: 'nobody has this rank' }, menuId: other },
    { when: { linked: true }, menuId: shown },
  ];
  await stack.request('PUT', `/v1/channels/${channelId}/rich-menu-rules`, { rules }, key);
}

async function everybodyHas(stack: SendingStack, name: string, people: number): Promise<void> {
  await until(async () => {
    const path = `rich-menus?channelId=${stack.lineChannelId}`;
    const { menus } = await stack.control<{ menus: { name: string; users: number }[] }>('GET', path);
    return menus.some((menu) => menu.name.startsWith(`${name} `) && menu.users === people);
  });
}

/** Everything that was sent is written down. */
async function atRest(stack: SendingStack): Promise<void> {
  await stack.asOwner((owner) =>
    until(async () => {
      const { rowCount } = await owner.query('select from rich_menu_channels where judge_due_at is not null');
      return rowCount === 0;
    }),
  );
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > 300_000) throw new Error('LINE does not come to what it should be.');
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
