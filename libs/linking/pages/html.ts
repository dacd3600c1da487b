/** Text that is markup already. Only `html` makes it. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * A piece of a page. Values are escaped, for text and for quoted attributes alike, but for `Html`; lists are joined,
 * and undefined, null and false are nothing.
 */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  const parts = strings.map((text, at) => (at === 0 ? text : markup(values[at - 1]) + text));
  return new Html(parts.join(''));
}

/** What stands between tags or in a quoted attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A text of somebody's, with its line breaks. */
export function paragraphs(text: string): Html[] {
  const blocks = text.trim().split(/\n\s*\n/);
  return blocks.map((block) => {
    const lines = block.split('\n').map((line, at) => (at === 0 ? html`${line}` : html`<br />${line}`));
    return html`<p>${lines}</p>`;
  });
}

function markup(value: unknown): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(markup).join('');
  if (value === undefined || value === null || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  throw new Error(`A ${typeof value} cannot be written into a page.`);
}
