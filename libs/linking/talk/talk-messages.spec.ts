import { describe, expect, it } from '@jest/globals';
import { LINE_LIMITS, type LineMessage } from '#line';
import { TalkMessages } from './talk-messages.js';

interface Template {
  text?: string;
  actions?: { label: string; data?: string; uri?: string }[];
  columns?: Template[];
}

const longest = 'か'.repeat(20);
const url = `https://shop.example/${'x'.repeat(900)}`;
const links = Array.from({ length: 30 }, (_, n) => ({
  id: `${n + 1}`.padEnd(18, '9'),
  role: 'contractor' as const,
  linkedOn: '2026/04/15',
}));

const all = (messages: TalkMessages): LineMessage[] =>
  [
    messages.invite(url),
    messages.linkedAlready(),
    messages.linked(),
    messages.askForCode(),
    messages.askForConsent(
      { text: 'あ'.repeat(3_998), privacyPolicyUrl: url, version: 'f'.repeat(16), lang: 'ja' },
      'x'.repeat(10),
    ),
    messages.notAgreed(),
    messages.codeWrong(),
    messages.codeWait(59 * 60_000),
    messages.refused('linking.line_user_taken'),
    messages.refused('linking.member_taken'),
    messages.refused(undefined),
    messages.friendsOnly(),
    messages.notLinked(),
    messages.whichToUnlink(links),
    messages.reallyUnlink('contractor', 'x'.repeat(43)),
    messages.reallyUnlink(undefined, 'x'.repeat(43)),
    messages.unlinked(['contractor', 'user', 'member']),
    messages.unlinked([]),
    messages.kept(),
    messages.answerExpired(),
  ].flat();

const graphemes = (text: string) => Array.from(new Intl.Segmenter('ja').segment(text)).length;

describe.each(['ja', 'en'] as const)('What is said in the talk in %s', (lang) => {
  const full = new TalkMessages({ lang, unlinkKeyword: longest, memberPageUrl: url });

  it('puts its sentences in a row as the language does', () => {
    const said = JSON.stringify([...full.linked(), ...full.askForCode(), ...full.codeWrong()]);
    expect(said).not.toMatch(lang === 'ja' ? /。 / : /[.?!][A-Z]/);
  });

  it('stays within what LINE takes, with the longest words a shop may set', () => {
    const { altText, buttons, confirm, carousel } = LINE_LIMITS.messages;
    const { label, postbackData, uri } = LINE_LIMITS.actions;
    for (const message of all(full)) {
      if (message.type !== 'template') continue;
      const template = message.template as Template & { type: string };
      const most = { buttons: buttons.text, confirm: confirm.text, carousel: carousel.text }[template.type]!;
      const parts = template.columns ?? [template];
      expect(parts.length).toBeLessThanOrEqual(carousel.columns);
      expect(message.altText.length).toBeLessThanOrEqual(altText);
      for (const part of parts) {
        expect(graphemes(part.text!)).toBeLessThanOrEqual(most);
        expect(part.actions!.length).toBeLessThanOrEqual(buttons.actions);
        for (const action of part.actions!) {
          expect(graphemes(action.label)).toBeLessThanOrEqual(label.template);
          expect((action.data ?? '').length).toBeLessThanOrEqual(postbackData);
          expect((action.uri ?? '').length).toBeLessThanOrEqual(uri);
        }
      }
    }
  });

  it('tells whoever links, or has linked, how to end it, where there is a word for it', () => {
    const bare = new TalkMessages({ lang });
    for (const said of ['invite', 'linked', 'askForCode'] as const) {
      expect(JSON.stringify(full[said](url))).toContain(longest);
      expect(JSON.stringify(bare[said](url))).not.toContain('undefined');
    }
  });

  it('has no template without a button', () => {
    const bare = new TalkMessages({ lang });
    for (const message of all(bare)) {
      if (message.type !== 'template') continue;
      const { actions, columns } = message.template as Template;
      expect((actions ?? columns![0]!.actions!).length).toBeGreaterThan(0);
    }
  });
});
