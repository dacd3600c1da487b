export const LANGUAGES = ['ja', 'en'] as const;
export type Lang = (typeof LANGUAGES)[number];

export function isLang(value: unknown): value is Lang {
  return value === 'ja' || value === 'en';
}

/** The one of ours that somebody likes best. @param acceptLanguage such as `en-GB,en;q=0.9,ja;q=0.5` */
export function preferred(acceptLanguage: string | undefined): Lang | undefined {
  const wishes = (acceptLanguage ?? '').split(',').flatMap((wish) => {
    const [, lang, quality = '1'] = /^\s*(ja|en)\b[^;]*(?:;\s*q=([\d.]+))?\s*$/i.exec(wish) ?? [];
    return lang === undefined ? [] : [{ lang: lang.toLowerCase(), quality: Number(quality) }];
  });
  const [best] = wishes.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
  return isLang(best?.lang) ? best.lang : undefined;
}

/** Sentences in a row: Japanese puts no space between them. */
export function sentences(lang: Lang, ...said: string[]): string {
  return said.join(lang === 'ja' ? '' : ' ');
}

/** A day as it is written for people. */
export function writtenDay(lang: Lang, instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone }).format(instant);
}
