import { AppError } from '#kernel';
import { eventValues } from '../event-values.js';
import { MessageContent } from '../message-content.js';
import { expandForEach } from '../repetition.js';

export const TOKYO = { timeZone: 'Asia/Tokyo' };
export const text = (value: string) => [{ type: 'text', text: value }];
export const button = (uri: string) => [
  {
    type: 'template',
    altText: 'a',
    template: { type: 'buttons', text: 't', actions: [{ type: 'uri', label: '見る', uri }] },
  },
];
export const column = { text: '{{item.name}}', actions: [{ type: 'uri', label: '見る', uri: '{{item.url}}' }] };
export const carousel = (columns: object[]) => [
  { type: 'template', altText: 'a', template: { type: 'carousel', columns } },
];
export const cart = (...names: string[]) => ({
  items: names.map((name, n) => ({ name, url: `https://shop.example/${n}`, quantity: n + 1, unitPrice: 100 })),
});

export function errorsOf(messages: unknown): Record<string, string> {
  try {
    MessageContent.read(messages, '/steps/0/messages', { event: true });
  } catch (error) {
    if (error instanceof AppError) return Object.fromEntries(error.extra.errors!.map((e) => [e.path, e.detail]));
    throw error;
  }
  return {};
}

/** What somebody would be sent because of an event. */
export function sentFor(messages: object[], body: Record<string, unknown>) {
  const content = MessageContent.ofEvent(expandForEach(messages, body));
  return content.forPerson(eventValues(content, body, TOKYO));
}
