import type { Html } from './html.js';
import { html } from './html.js';

const characters = new Intl.Segmenter('ja', { granularity: 'grapheme' });

/** The face of somebody without a picture: first letter on a colour of their own. */
export function avatar(name: string, number: number): Html {
  const [first] = characters.segment(name);
  return html`<span class="avatar" aria-hidden="true" style="background:hsl(${(number * 47) % 360} 45% 62%)"
    >${first?.segment ?? '?'}</span
  >`;
}
