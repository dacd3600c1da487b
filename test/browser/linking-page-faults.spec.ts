import { expect, it } from '@jest/globals';
import { describeOnPhone, newPhonePage } from './browser.js';
import { faultsOf } from './page-faults.js';

await describeOnPhone('The look at a page', (browser) => {
  async function faults(markup: string): Promise<string[]> {
    const page = await newPhonePage(browser);
    await page.setContent(markup);
    const found = await faultsOf(page);
    await page.context().close();
    return found.map((fault) => fault.replace(/^\w*: /, ''));
  }

  const whole = (body: string) =>
    `<!doctype html><html lang="ja"><meta name="viewport" content="width=device-width"><title>t</title>${body}</html>`;

  it('finds nothing wrong with a page that is right', async () => {
    const form = '<label for="a">名前</label><input id="a" style="height:44px"><button>送る</button>';
    expect(await faults(whole(`<h1>題</h1><p>本文</p>${form}`))).toEqual([]);
  });

  it.each([
    ['lang=""', '<!doctype html><meta name="viewport" content="width=device-width"><title>t</title><h1>題</h1>'],
    ['no title', '<!doctype html><html lang="ja"><meta name="viewport" content="width=device-width"><h1>題</h1>'],
    ['0 headings of the first level', whole('<p>本文</p>')],
    ['2 headings of the first level', whole('<h1>題</h1><h1>題</h1>')],
    [
      '600 pixels wide on a phone of 390',
      whole('<h1>題</h1><div style="position:absolute;left:0;width:600px">a</div>'),
    ],
    ['no text', whole('<h1></h1>')],
    ['1 scripts', whole('<h1>題</h1><script>1</script>')],
    ['without a name: <input style="height:44px">', whole('<h1>題</h1><input style="height:44px">')],
    ['without a name: <button></button>', whole('<h1>題</h1><button></button>')],
    ['less than 44 pixels high: 送る', whole('<h1>題</h1><a class="button" href="/">送る</a>')],
    ['contrast 2.85: 薄い', whole('<h1>題</h1><p style="color:#999">薄い</p>')],
    ['contrast 1.00: 白', whole('<h1>題</h1><div style="background:#fff"><p style="color:#fff">白</p></div>')],
  ])('says: %s', async (fault, markup) => {
    expect(await faults(markup)).toEqual([fault]);
  });

  it('finds a page that is too large', async () => {
    expect(await faults(whole(`<h1>題</h1><!--${'x'.repeat(50_000)}-->`))).toEqual([
      expect.stringMatching(/^\d+ bytes$/),
    ]);
  });
});
