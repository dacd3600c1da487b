import type { Lang } from '../pages/language.js';

/** How long to wait, in words; rounded up, so that whoever waits that long is let in. */
export function waitingTime(milliseconds: number, lang: Lang): string {
  const seconds = Math.ceil(milliseconds / 1_000);
  const [n, unit] = seconds < 60 ? [seconds, 'second' as const] : [Math.ceil(seconds / 60), 'minute' as const];
  if (lang === 'ja') return `${n}${unit === 'second' ? '秒' : '分'}`;
  return `${n} ${unit}${n === 1 ? '' : 's'}`;
}
