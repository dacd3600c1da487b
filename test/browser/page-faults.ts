import type { Page } from 'playwright-core';

/** For text of normal size: https://www.w3.org/TR/WCAG22/#contrast-minimum */
const LEAST_CONTRAST = 4.5;
/** For fingers: https://www.w3.org/TR/WCAG22/#target-size-enhanced */
const LEAST_TARGET_PIXELS = 44;
const MOST_BYTES = 50_000;

type Colour = [red: number, green: number, blue: number];

/** What a browser knows of a page. */
interface Seen {
  lang: string;
  title: string;
  headings: number;
  /** Fields without a label, buttons and links without a name. */
  nameless: string[];
  scrollWidth: number;
  /** Buttons that are too small for a finger. */
  small: string[];
  texts: { words: string; colour: string; background: string }[];
  scripts: number;
  loaded: string[];
}

/** @returns what is wrong with the page for somebody who does not see well, has a small phone, or no scripts */
export async function faultsOf(page: Page): Promise<string[]> {
  const seen = await page.evaluate<Seen>(look);
  // Not what the page believes: what is too wide makes its viewport wider.
  const { width } = page.viewportSize()!;
  const bytes = Buffer.byteLength(await page.content());
  const faint = seen.texts.map((text) => ({ ...text, contrast: contrast(text.colour, text.background) }));
  const faults: [boolean, string][] = [
    [seen.lang !== 'ja' && seen.lang !== 'en', `lang="${seen.lang}"`],
    [seen.title === '', 'no title'],
    [seen.headings !== 1, `${seen.headings} headings of the first level`],
    [seen.scrollWidth > width, `${seen.scrollWidth} pixels wide on a phone of ${width}`],
    [seen.texts.length === 0, 'no text'],
    [seen.scripts > 0, `${seen.scripts} scripts`],
    [bytes > MOST_BYTES, `${bytes} bytes`],
    ...seen.loaded.map((address): [boolean, string] => [true, `loads ${address}`]),
    ...seen.nameless.map((markup): [boolean, string] => [true, `without a name: ${markup}`]),
    ...seen.small.map((words): [boolean, string] => [true, `less than ${LEAST_TARGET_PIXELS} pixels high: ${words}`]),
    ...faint.map(({ words, contrast: found }): [boolean, string] => [
      found < LEAST_CONTRAST,
      `contrast ${found.toFixed(2)}: ${words}`,
    ]),
  ];
  return faults.filter(([isOne]) => isOne).map(([, what]) => `${new URL(page.url()).pathname}: ${what}`);
}

/** Runs in the browser. */
const look = String.raw`(() => {
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isShown = (one) => one.getClientRects().length > 0;
  const backgroundOf = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (backgroundColor !== 'rgba(0, 0, 0, 0)') return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const ownWords = (one) =>
    one.matches('input:not([type=checkbox])')
      ? one.value
      : [...one.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data.trim()).join('');
  const isNamed = (one) => one.matches('input') ? one.labels.length > 0 : one.innerText.trim() !== '';
  return {
    lang: root.lang,
    title: document.title,
    headings: all('h1').filter(isShown).length,
    nameless: all('input:not([type=hidden]),button,a').filter((one) => !isNamed(one)).map((one) => one.outerHTML),
    scrollWidth: root.scrollWidth,
    small: all('.button,input:not([type=checkbox]):not([type=hidden])')
      .filter((one) => one.getBoundingClientRect().height < ${LEAST_TARGET_PIXELS})
      .map((one) => one.innerText || one.name),
    texts: all('body *')
      .filter((one) => isShown(one) && ownWords(one) !== '')
      .map((one) => ({
        words: ownWords(one), colour: getComputedStyle(one).color, background: backgroundOf(one),
      })),
    scripts: document.scripts.length,
    loaded: performance.getEntriesByType('resource').map(({ name }) => name),
  };
})()`;

/** From 1 to 21: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = rgb(colour).map((part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** @throws Error for colours that one can see through: what is behind them would count too */
function rgb(colour: string): Colour {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  if (!parts) throw new Error(`Cannot read the colour ${colour}.`);
  return [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}
