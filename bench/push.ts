import { messagingApi } from '@line/bot-sdk';
import { SendingStack } from './delivery/sending-stack.js';
import type { Bench } from './harness.js';

const FRIENDS = 60_000;
/** Requests of the bare SDK, and how many of them at a time. */
const BARE = { requests: 20_000, atOnce: 64 };

/** One campaign with everybody's own content, beside what the SDK alone does in a loop without limits or ledger. */
export const bench: Bench = async (options) => {
  const { members = FRIENDS } = options;
  const stack = await SendingStack.start();
  try {
    const shop = await stack.openShop(members);
    const floor = await bareSdk(stack);
    options.log(`bare SDK: ${floor.toFixed(0)} requests/s`);
    await stack.control('POST', 'reset', { keep: 'accounts' });
    const sent = await stack.send(shop, 'hello {{member.externalId}}, {{member.rank}}');
    const [first, last] = [sent.acceptedAt[0]!, sent.acceptedAt.at(-1)!];
    const pushes = ((sent.acceptedAt.length - 1) / (last - first)) * 1000;
    options.log(`received once ${sent.receivedOnce}, more often ${sent.receivedMore}; 429 answers ${sent.rateLimited}`);
    options.log(`at most ${sent.peakPerSecond} in a second; worker at most ${Math.max(...sent.rssMb).toFixed(0)} MB`);
    options.log(
      `processor seconds: ${JSON.stringify(sent.cpu)} in ${((sent.acceptedAt.at(-1)! - sent.acceptedAt[0]!) / 1000).toFixed(1)} s`,
    );
    if (sent.receivedOnce !== members || sent.receivedMore > 0) throw new Error('Not everybody was sent to once.');
    return [{ metric: 'pushes_per_s', value: pushes, unit: '1/s', floor, ratio: pushes / floor }];
  } finally {
    await stack.stop();
  }
};

async function bareSdk(stack: SendingStack): Promise<number> {
  await stack.control('PATCH', 'settings', { rateLimits: false });
  const client = new messagingApi.MessagingApiClient({
    channelAccessToken: stack.accessToken,
    baseURL: stack.emulator.url,
  });
  let next = 0;
  const flow = async () => {
    for (let i = next++; i < BARE.requests; i = next++) {
      const to = `U00000001${(i % 1000).toString(16).padStart(24, '0')}`;
      await client.pushMessage({ to, messages: [{ type: 'text', text: `hello m${i}, gold` }] }, crypto.randomUUID());
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: BARE.atOnce }, flow));
  const seconds = (performance.now() - began) / 1000;
  await stack.control('PATCH', 'settings', { rateLimits: true });
  return BARE.requests / seconds;
}
