import type { Class, Scope } from '#kernel';

/** What a ready journey is made for. */
export interface TemplateContext {
  channelId: string;
  /** ISO 4217; amounts in events are plain numbers. */
  currency: Scope['currency'];
}

/** A journey that a shop can switch on as it is. What it makes is a definition like any other, to be edited at will. */
export interface JourneyTemplate {
  /** Name in addresses. */
  id: string;
  /** What a marketer reads. */
  label: { ja: string; en: string };
  /** When it sends what to whom, in a sentence. */
  description: { ja: string; en: string };
  options: Class;
  /** Options as a shop may choose them. */
  example: object;
  /** @param options checked, of the class `options` */
  build(options: object, context: TemplateContext): object;
}

/** Ties a template's options to what is built of them. */
export function defineTemplate<O extends object>(
  options: Class<O>,
  parts: Omit<JourneyTemplate, 'options' | 'build' | 'example'> & {
    example: Partial<O>;
    build(options: O, context: TemplateContext): object;
  },
): JourneyTemplate {
  return { ...parts, options, build: (chosen, context) => parts.build(chosen as O, context) };
}
