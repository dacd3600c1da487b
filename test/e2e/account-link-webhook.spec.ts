import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TalkStage } from './talk-stage.js';

const MINUTE = 60_000;

describe('LINE’s word on an account link', () => {
  let stage: TalkStage;
  let hanako: string;
  let taro: string;

  beforeAll(async () => {
    stage = await TalkStage.start();
    hanako = stage.line.friend(0);
    taro = stage.line.friend(1);
  }, 60_000);

  afterAll(() => stage.close());

  beforeEach(() => stage.reset());

  const invited = async (userId: string): Promise<string> => {
    const said = await stage.says(userId, '連携');
    return said!.buttons[0]!.uri!;
  };
  const nonceOf = (dialog: string) => new URL(dialog).searchParams.get('nonce')!;
  const word = (event: object, copies = 1) =>
    stage.line.onChannel('POST /webhooks', { events: [{ type: 'accountLink', ...event }], copies });

  it('counts once, though it is delivered again and twice at a time', async () => {
    const phone = stage.phone(hanako);
    await phone.opensDialog(await phone.goesAs('m1', await invited(hanako)));
    const { deliveries } = (await stage.line.control(`GET /webhooks?channelId=${stage.line.channel.channelId}`)) as {
      deliveries: { webhookEventIds: string[] }[];
    };
    const { webhookEventIds } = deliveries.at(-1)!;
    await Promise.all([1, 2].map(() => stage.line.onChannel('POST /webhooks/redeliver', { webhookEventIds })));
    expect(await stage.answerTo(hanako)).toMatchObject({ text: expect.stringContaining('完了') });
    const before = await stage.audited('linking.suspicious_account_link');
    await stage.line.onChannel('POST /webhooks/redeliver', { webhookEventIds });
    await stage.drain();
    expect(await stage.linksOf('m1')).toHaveLength(1);
    expect(await stage.audited('linking.suspicious_account_link')).toHaveLength(before.length);
  });

  it('counts once for a nonce, though ten events bring it at the same time', async () => {
    const nonce = nonceOf(await stage.phone(hanako).goesAs('m1', await invited(hanako)));
    const events = Array.from({ length: 10 }, () => ({
      type: 'accountLink',
      userId: hanako,
      link: { result: 'ok', nonce },
    }));
    await stage.line.onChannel('POST /webhooks', { events, separately: true });
    await stage.runAtOnce();
    await stage.drain();
    expect(await stage.linksOf('m1')).toHaveLength(1);
    expect((await stage.heard(hanako)).filter(({ text }) => text.includes('完了'))).toHaveLength(1);
  });

  it.each([
    ['a nonce that was used', async () => nonceOf(await used())],
    ['a nonce that nobody made', async () => 'n'.repeat(43)],
    ['a nonce whose time is over', async () => nonceOf(await late())],
  ])('counts for nothing with %s, and writes it down', async (_what, make) => {
    const nonce = await make();
    const before = (await stage.audited('linking.suspicious_account_link')).length;
    await word({ userId: taro, link: { result: 'ok', nonce } });
    expect(await stage.answerTo(taro)).toBeUndefined();
    expect((await stage.audited('linking.suspicious_account_link')).slice(before)).toEqual([
      { details: { why: 'unknown_nonce' } },
    ]);
    expect(await stage.liveLinksOf(taro)).toEqual([]);
  });

  it('counts for nothing where it names somebody else than the invitation', async () => {
    const nonce = nonceOf(await stage.phone(hanako).goesAs('m1', await invited(hanako)));
    await word({ userId: taro, link: { result: 'ok', nonce } });
    await stage.drain();
    expect(await stage.linksOf('m1')).toEqual([]);
    expect((await stage.audited('linking.suspicious_account_link')).at(-1)).toEqual({
      details: { why: 'other_line_user' },
    });
    expect(await stage.attempts()).toMatchObject([{ state: 'failed' }]);
  });

  it.each([{}, { link: null }, { link: { result: 'ok' } }, { link: { result: 5, nonce: 5 } }, { link: 'ok' }])(
    'counts for nothing where it is %j',
    async (event) => {
      await word({ userId: hanako, ...event });
      await stage.drain();
      expect(await stage.liveLinksOf(hanako)).toEqual([]);
    },
  );

  async function used(): Promise<string> {
    const phone = stage.phone(hanako);
    const dialog = await phone.goesAs('m1', await invited(hanako));
    await phone.opensDialog(dialog);
    await stage.drain();
    return dialog;
  }

  async function late(): Promise<string> {
    const dialog = await stage.phone(hanako).goesAs('m1', await invited(hanako));
    stage.advance(13 * MINUTE);
    return dialog;
  }
});
