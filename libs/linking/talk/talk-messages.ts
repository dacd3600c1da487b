import type { LineMessage } from '#line';
import type { LinkRole } from '../link.entity.js';
import type { Wording } from '../pages/connect/consents.service.js';
import { sentences, type Lang } from '../pages/language.js';
import { POSTBACK } from './intent.js';
import { TALK_TEXTS, type TalkTexts } from './talk-texts.js';

/** What of the settings is spoken of in the talk. */
export interface TalkSettings {
  lang: Lang;
  /** The word that ends a link, if any is set. */
  unlinkKeyword?: string;
  /** The way into the my-page, if any is set. */
  memberPageUrl?: string;
}

/** A live link as it is offered for ending. */
export interface LinkOnOffer {
  id: string;
  role: LinkRole;
  /** As a date of the workspace. */
  linkedOn: string;
}

type Action = { type: 'uri'; label: string; uri: string } | { type: 'postback'; label: string; data: string };

/** LINE's limit of columns, less the one for all. */
const MOST_OFFERED = 9;

/** The messages of the talk, as LINE takes them. */
export class TalkMessages {
  private readonly texts: TalkTexts;

  constructor(private readonly settings: TalkSettings) {
    this.texts = TALK_TEXTS[settings.lang];
  }

  invite(url: string): LineMessage[] {
    const { invite, inviteButton } = this.texts;
    return [buttons(this.withWayOut(invite), [{ type: 'uri', label: inviteButton, uri: url }])];
  }

  linkedAlready(): LineMessage[] {
    const unlink: Action = { type: 'postback', label: this.texts.unlinkButton, data: POSTBACK.unlink };
    return [buttons(this.texts.linkedAlready, [...this.myPage(), unlink])];
  }

  linked(): LineMessage[] {
    const said = this.withWayOut(this.texts.linked);
    const actions = this.myPage();
    return [actions.length > 0 ? buttons(said, actions) : text(said)];
  }

  askForCode(): LineMessage[] {
    const { askForCode, caseMatters } = this.texts;
    return [text(this.withWayOut(this.row(askForCode, caseMatters)))];
  }

  /** What is agreed to, to the letter, and the way to do so or not. */
  askForConsent({ text: wording, privacyPolicyUrl, version }: Wording, code: string): LineMessage[] {
    const { agreeToWording, agree, disagree } = this.texts;
    const shown = privacyPolicyUrl === null ? wording : `${wording}\n\n${privacyPolicyUrl}`;
    const actions: Action[] = [
      { type: 'postback', label: agree, data: POSTBACK.agree(code, version) },
      { type: 'postback', label: disagree, data: POSTBACK.disagree },
    ];
    return [text(shown), confirm(agreeToWording, actions)];
  }

  notAgreed(): LineMessage[] {
    return [text(this.texts.notAgreed)];
  }

  /** Says of each wrong code that case matters, so that nothing is told of how wrong it was. */
  codeWrong(): LineMessage[] {
    const { codeWrong, caseMatters } = this.texts;
    return [text(this.row(codeWrong, caseMatters))];
  }

  codeWait(milliseconds: number): LineMessage[] {
    return [text(this.texts.codeWait(milliseconds))];
  }

  /** @param code of the refusal */
  refused(code: string | undefined): LineMessage[] {
    const { takenLineUser, takenMember, failed } = this.texts;
    const said = { 'linking.line_user_taken': takenLineUser, 'linking.member_taken': takenMember }[code ?? ''];
    return [text(said ?? failed)];
  }

  friendsOnly(): LineMessage[] {
    return [text(this.texts.friendsOnly)];
  }

  notLinked(): LineMessage[] {
    return [text(this.texts.notLinked)];
  }

  whichToUnlink(links: LinkOnOffer[]): LineMessage[] {
    const { roles, oneLink, allLinks, unlinkButton, whichToUnlink } = this.texts;
    const column = (said: string, data: string) => ({
      text: said,
      actions: [{ type: 'postback' as const, label: unlinkButton, data }],
    });
    const columns = [
      ...links
        .slice(0, MOST_OFFERED)
        .map(({ id, role, linkedOn }) => column(oneLink(roles[role], linkedOn), POSTBACK.unlinkOne(id))),
      column(allLinks, POSTBACK.unlinkAll),
    ];
    return [{ type: 'template', altText: whichToUnlink, template: { type: 'carousel', columns } }];
  }

  /** @param role of the one link; undefined: all of several */
  reallyUnlink(role: LinkRole | undefined, token: string): LineMessage[] {
    const { reallyUnlink, reallyUnlinkOne, roles, yesUnlink, no } = this.texts;
    const said = role === undefined ? reallyUnlink : reallyUnlinkOne(roles[role]);
    const actions: Action[] = [
      { type: 'postback', label: yesUnlink, data: POSTBACK.confirmUnlink(token) },
      { type: 'postback', label: no, data: POSTBACK.keep },
    ];
    return [confirm(said, actions)];
  }

  unlinked(roles: LinkRole[]): LineMessage[] {
    return [text(this.texts.unlinked([...new Set(roles)].map((role) => this.texts.roles[role])))];
  }

  kept(): LineMessage[] {
    return [text(this.texts.kept)];
  }

  answerExpired(): LineMessage[] {
    return [text(this.texts.answerExpired)];
  }

  private myPage(): Action[] {
    const { memberPageUrl } = this.settings;
    return memberPageUrl === undefined ? [] : [{ type: 'uri', label: this.texts.myPage, uri: memberPageUrl }];
  }

  private withWayOut(said: string): string {
    const { unlinkKeyword } = this.settings;
    return unlinkKeyword === undefined ? said : this.row(said, this.texts.howToUnlink(unlinkKeyword));
  }

  private row(...said: string[]): string {
    return sentences(this.settings.lang, ...said);
  }
}

function text(said: string): LineMessage {
  return { type: 'text', text: said };
}

function confirm(said: string, actions: Action[]): LineMessage {
  return { type: 'template', altText: said, template: { type: 'confirm', text: said, actions } };
}

function buttons(said: string, actions: Action[]): LineMessage {
  return { type: 'template', altText: said, template: { type: 'buttons', text: said, actions } };
}
