import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';
import { messageSamples } from '../../apps/line-emulator/testing/message-samples.js';
import { readyMenu } from '../../apps/line-emulator/testing/rich-menu-samples.js';
import { WebhookReceiver } from '../../apps/line-emulator/testing/webhook-receiver.js';
import { describeOnPhone, keepScreenshot, newPhonePage } from './browser.js';

await describeOnPhone('A person’s phone in the emulator', (browser) => {
  let line: EmulatorUnderTest;
  let bot: WebhookReceiver;
  let page: Page | undefined;

  beforeEach(async () => {
    bot = await new WebhookReceiver().start();
    line = await EmulatorUnderTest.start();
    await line.onChannel('POST /channels', { webhookUrl: bot.url, displayName: '花屋さんの会員証' });
    await line.onChannel('POST /users', { users: [{ userId: line.friend(0), displayName: '佐藤 花子' }] });
  });
  afterEach(async () => {
    await page?.context().close();
    await line.close();
    await bot.close();
  });

  async function openPhone(options: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
    page = await newPhonePage(browser, options);
    const query = new URLSearchParams({ channelId: line.channel.channelId, userId: line.friend(0) });
    await page.goto(`${line.url}/?${query.toString()}`);
    return page;
  }

  async function linkMenu(own: object = {}): Promise<void> {
    const richMenuId = await readyMenu(line, own);
    await line.api(`POST /v2/bot/user/${line.friend(0)}/richmenu/${richMenuId}`);
  }

  const imageIsDrawn = (phone: Page) =>
    phone
      .getByRole('img', { name: 'メニュー' })
      .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);

  it.each([true, false])(
    'shows the rich menu, and a tap reaches the account (scripts: %s)',
    async (javaScriptEnabled) => {
      await linkMenu();
      const phone = await openPhone({ javaScriptEnabled });
      expect(await imageIsDrawn(phone)).toBe(1200);
      await phone.getByRole('button', { name: 'ポイント' }).tap();
      await phone.locator('.line.user', { hasText: 'ポイントを見る' }).waitFor();
      expect(bot.events.map(({ message }) => message.text)).toEqual(['ポイントを見る']);
      await keepScreenshot(phone, `phone-menu-${javaScriptEnabled ? 'with' : 'without'}-scripts`);
    },
  );

  it('shows a menu as soon as it is linked, and opens and closes it by its bar', async () => {
    const phone = await openPhone();
    await linkMenu({ selected: false });
    const bar = phone.getByText('メニュー', { exact: true });
    await bar.waitFor();
    const area = phone.getByRole('button', { name: 'ポイント' });
    expect(await area.isVisible()).toBe(false);
    await bar.tap();
    await area.waitFor();
    await line.push(line.friend(0), 'こんにちは');
    await phone.locator('.line.account', { hasText: 'こんにちは' }).waitFor();
    expect(await area.isVisible()).toBe(true);
    await bar.tap();
    await area.waitFor({ state: 'hidden' });
  });

  it('switches menus by a tab', async () => {
    const second = await readyMenu(line, { chatBarText: '二つ目' });
    await line.api('POST /v2/bot/richmenu/alias', { richMenuAliasId: 'second', richMenuId: second });
    await linkMenu();
    const phone = await openPhone();
    await phone.getByRole('button', { name: '次へ' }).tap();
    await phone.getByText('二つ目').waitFor();
  });

  it('opens addresses as that person: from the menu and from messages', async () => {
    const uri = `${line.url}/_emulator/clock`;
    const bounds = { x: 0, y: 0, width: 1200, height: 405 };
    await linkMenu({ areas: [{ bounds, action: { type: 'uri', label: '会員登録', uri } }] });
    const template = { type: 'buttons', text: '連携', actions: [{ type: 'uri', label: '開く', uri }] };
    const messages = [{ type: 'template', altText: '連携', template }];
    await line.api('POST /v2/bot/message/push', { to: line.friend(0), messages });
    const phone = await openPhone();
    for (const name of ['会員登録', '開く']) {
      await phone.getByRole('link', { name }).tap();
      await phone.waitForURL(uri);
      await phone.goBack();
    }
  });

  it.each([true, false])('writes, blocks and unblocks (scripts: %s)', async (javaScriptEnabled) => {
    const phone = await openPhone({ javaScriptEnabled });
    await phone.getByRole('textbox', { name: 'メッセージ' }).fill('連携したい');
    await phone.getByRole('button', { name: '送信' }).tap();
    await phone.locator('.line.user', { hasText: '連携したい' }).waitFor();
    await phone.getByRole('button', { name: 'ブロック', exact: true }).tap();
    await phone.getByText('ブロックしています').waitFor();
    await keepScreenshot(phone, 'phone-blocked');
    await phone.getByRole('button', { name: 'ブロック解除' }).tap();
    await phone.getByRole('button', { name: 'ブロック', exact: true }).waitFor();
    expect(bot.events.map(({ type }) => type)).toEqual(['message', 'unfollow', 'follow']);
    expect(bot.events[2]?.['follow']).toEqual({ isUnblocked: true });
  });

  it('lists the people, one tap from their phones', async () => {
    page = await newPhonePage(browser);
    await page.goto(line.url);
    await keepScreenshot(page, 'phone-people');
    await page.getByRole('link', { name: '佐藤 花子' }).tap();
    await page.getByText('佐藤 花子の端末').waitFor();
  });

  it('draws every kind of message', async () => {
    await linkMenu({ selected: false });
    const samples = Object.values(messageSamples);
    for (let i = 0; i < samples.length; i += 5) {
      await line.api('POST /v2/bot/message/push', { to: line.friend(0), messages: samples.slice(i, i + 5) });
    }
    const phone = await openPhone();
    await phone.locator('.line').first().waitFor();
    await keepScreenshot(phone, 'phone-messages');
    expect(await phone.locator('.line').count()).toBe(samples.length);
  });
});
