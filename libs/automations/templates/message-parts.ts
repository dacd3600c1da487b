/** A text message. */
export function text(words: string): object {
  return { type: 'text', text: words };
}

/** A card with a heading, lines below it and a button. */
export function card(parts: { altText: string; heading: string; lines: string[]; button?: Button }): object {
  return { type: 'flex', altText: parts.altText, contents: bubble(parts) };
}

export interface Button {
  label: string;
  uri: string;
}

/** The bubble of a card; a picture is an address, or a variable that holds one. */
export function bubble(parts: { heading: string; lines: string[]; picture?: string; button?: Button }): object {
  const { heading, lines, picture, button } = parts;
  const hero = { type: 'image', url: picture, size: 'full', aspectRatio: '1:1', aspectMode: 'cover' };
  const title = { type: 'text', text: heading, weight: 'bold', size: 'md', wrap: true };
  const rest = lines.map((line) => ({ type: 'text', text: line, size: 'sm', color: '#555555', wrap: true }));
  return {
    type: 'bubble',
    ...(picture && { hero }),
    body: { type: 'box', layout: 'vertical', spacing: 'sm', contents: [title, ...rest] },
    ...(button && {
      footer: {
        type: 'box',
        layout: 'vertical',
        contents: [{ type: 'button', style: 'primary', action: { type: 'uri', ...button } }],
      },
    }),
  };
}

/** A variable that holds an amount, as people write it. */
export function amount(variable: string, currency: string): string {
  return currency === 'JPY' ? `${variable}円` : `${currency} ${variable}`;
}

/** A variable with what stands in its place where the event has none. */
export function or(variable: string, fallback: string): string {
  return `{{${variable} | fallback: ${JSON.stringify(fallback)}}}`;
}
