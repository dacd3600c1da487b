import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TalkStage, type Button } from './talk-stage.js';

const MINUTE = 60_000;

describe('Unlinking in the talk', () => {
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

  const link = async (lineUserId: string, ...roles: string[]) => {
    const links = roles.map((role, n) => ({ memberId: `m${n}`, lineUserId, role }));
    await stage.request('POST', '/v1/links/batch', { channelId: stage.channelId, links });
    await stage.drain();
  };
  const labelled = (buttons: Button[], label: string, nth = 0) =>
    buttons.filter((button) => button.label === label)[nth]!;
  /** Asks to unlink, where there is one link. @returns the button that does it */
  const asked = async (userId = hanako) => labelled((await stage.says(userId, '連携解除'))!.buttons, '解除する');

  it('asks first, then ends the link and says so', async () => {
    await link(hanako, 'member');
    const question = await stage.says(hanako, '連携解除');
    expect(question).toEqual({
      text: '会員としての連携を解除しますか？会員向けのお知らせやメニューは使えなくなります。',
      buttons: [
        expect.objectContaining({
          label: '解除する',
          data: expect.stringMatching(/^tsunagi:unlink-confirmed:[\w-]{43}$/),
        }),
        expect.objectContaining({ label: 'やめる', data: 'tsunagi:keep' }),
      ],
    });
    expect(await stage.linksOf('m0')).toHaveLength(1);
    expect(await stage.presses(hanako, question!.buttons[0]!)).toEqual({
      text: '連携を解除しました（会員）。',
      buttons: [],
    });
    const { body } = await stage.request('GET', '/v1/members/m0/links');
    expect(body.items).toMatchObject([{ endReason: 'unlinked_in_talk' }]);
  });

  it('leaves all as it is for somebody who thinks better of it', async () => {
    await link(hanako, 'member');
    const { buttons } = (await stage.says(hanako, '連携解除'))!;
    expect(await stage.presses(hanako, labelled(buttons, 'やめる'))).toMatchObject({ text: '連携はそのままです。' });
    expect(await stage.linksOf('m0')).toHaveLength(1);
  });

  it('has nothing to end for somebody without a link', async () => {
    expect(await stage.says(hanako, '連携解除')).toMatchObject({ text: 'このLINEアカウントは連携されていません。' });
  });

  it('shows several links, and ends the one that is chosen', async () => {
    await link(hanako, 'contractor', 'user');
    const offer = await stage.says(hanako, '連携解除');
    expect(offer!.text).toBe('契約者としての連携（2026/04/15から）|利用者としての連携（2026/04/15から）|すべての連携');
    const question = await stage.presses(hanako, offer!.buttons[1]!);
    expect(question!.text).toContain('利用者としての連携を解除しますか');
    expect(await stage.presses(hanako, labelled(question!.buttons, '解除する'))).toMatchObject({
      text: '連携を解除しました（利用者）。',
    });
    expect(await stage.liveLinksOf(hanako)).toEqual([{ role: 'contractor' }]);
  });

  it('ends all of them at once', async () => {
    await link(hanako, 'contractor', 'user');
    await link(taro, 'user');
    const offer = await stage.says(hanako, '連携解除');
    const question = await stage.presses(hanako, offer!.buttons.at(-1)!);
    expect(question!.text).toContain('連携をすべて解除しますか');
    expect(await stage.presses(hanako, labelled(question!.buttons, '解除する'))).toMatchObject({
      text: '連携を解除しました（契約者、利用者）。',
    });
    expect(await stage.liveLinksOf(hanako)).toEqual([]);
    expect(await stage.liveLinksOf(taro)).toEqual([{ role: 'user' }]);
  });

  it('works where linking was switched off since', async () => {
    await link(hanako, 'member');
    await stage.settings({ enabled: false });
    await stage.presses(hanako, await asked());
    await stage.settings({ enabled: true });
    expect(await stage.liveLinksOf(hanako)).toEqual([]);
  });

  it('takes an answer once: after linking anew, the old button ends nothing', async () => {
    await link(hanako, 'member');
    const yes = await asked();
    await stage.presses(hanako, yes);
    await link(hanako, 'member');
    expect(await stage.presses(hanako, yes)).toMatchObject({ text: expect.stringContaining('期限が切れたか') });
    expect(await stage.liveLinksOf(hanako)).toHaveLength(1);
  });

  it('takes an answer once of ten presses at the same time', async () => {
    await link(hanako, 'member');
    const { data } = await asked();
    const events = Array.from({ length: 10 }, () => ({ type: 'postback', userId: hanako, postback: { data } }));
    await stage.line.onChannel('POST /webhooks', { events, separately: true });
    await stage.runAtOnce();
    await stage.drain();
    const said = (await stage.heard(hanako)).slice(1).map(({ text }) => text);
    expect(said.filter((text) => text === '連携を解除しました（会員）。')).toHaveLength(1);
    expect(said.filter((text) => text.includes('期限が切れたか'))).toHaveLength(9);
  });

  it('takes no answer after ten minutes, nor somebody else’s, nor an invented one', async () => {
    await link(hanako, 'member');
    await link(taro, 'user');
    const yes = await asked();
    const expired = { text: expect.stringContaining('期限が切れたか') };
    expect(await stage.presses(taro, yes)).toMatchObject(expired);
    expect(await stage.presses(hanako, { label: '', data: 'tsunagi:unlink-confirmed:abc' })).toMatchObject(expired);
    stage.advance(10 * MINUTE);
    expect(await stage.presses(hanako, yes)).toMatchObject(expired);
    expect([await stage.liveLinksOf(hanako), await stage.liveLinksOf(taro)]).toEqual([
      [{ role: 'member' }],
      [{ role: 'user' }],
    ]);
  });

  it('offers nobody a link of somebody else', async () => {
    await link(hanako, 'member');
    await link(taro, 'user');
    const { body } = await stage.request('GET', '/v1/members/m0/links');
    const theirs = body.items.find(({ lineUserId }: { lineUserId: string }) => lineUserId === hanako).id;
    await stage.presses(taro, { label: '', data: `tsunagi:unlink:${theirs}` });
    expect((await stage.heard(taro)).at(-1)!.buttons).toEqual([]);
    expect(await stage.liveLinksOf(hanako)).toHaveLength(1);
  });

  it('is done, and told in the end, where the first answer did not get through', async () => {
    await link(hanako, 'member');
    const yes = await asked();
    await stage.line.control('POST /faults', { kind: 'before500', endpoint: 'reply', times: 1 });
    await stage.line.onChannel('POST /users/postback', { userId: hanako, data: yes.data });
    await stage.drainWithFailures();
    expect(await stage.liveLinksOf(hanako)).toEqual([]);
    stage.advance(2_000);
    expect(await stage.answerTo(hanako)).toMatchObject({ text: '連携は解除されています。' });
  });

  it('is done although it is too late to say so', async () => {
    await link(hanako, 'member');
    const yes = await asked();
    await stage.line.onChannel('POST /users/postback', { userId: hanako, data: yes.data });
    stage.advance(MINUTE);
    expect(await stage.answerTo(hanako)).toBeUndefined();
    expect(await stage.liveLinksOf(hanako)).toEqual([]);
  });
});
