import { messageId } from '../ids.js';

export interface SentMessage {
  id: string;
  quoteToken?: string;
}

/** Kinds a person can quote, for which LINE returns a quote token. */
const quotable = new Set(['text', 'textV2', 'sticker', 'image', 'video', 'template']);

interface Content {
  json: string;
  types: string[];
}

/** Message bodies, each kept once, however many requests carry it. */
export class ContentStore {
  private readonly numbers = new Map<string, number>();
  private readonly contents: Content[] = [];

  /** True for a body that was accepted before and so need not be checked again. */
  has(json: string): boolean {
    return this.numbers.has(json);
  }

  enter(json: string): number {
    const known = this.numbers.get(json);
    if (known !== undefined) return known;
    const types = (JSON.parse(json) as { type: string }[]).map(({ type }) => type);
    this.numbers.set(json, this.contents.length);
    return this.contents.push({ json, types }) - 1;
  }

  json(content: number): string {
    return this.contents[content]?.json ?? '[]';
  }

  messages(content: number): Record<string, unknown>[] {
    return JSON.parse(this.json(content)) as Record<string, unknown>[];
  }

  count(content: number): number {
    return this.contents[content]?.types.length ?? 0;
  }

  /** What push and reply answer: one id per message object, from the send's first serial number on. */
  sentMessages(content: number, firstSerial: number): SentMessage[] {
    return (this.contents[content]?.types ?? []).map((type, i) => {
      const id = messageId(firstSerial + i);
      return quotable.has(type) ? { id, quoteToken: `q3Plxr4A${id}` } : { id };
    });
  }
}
