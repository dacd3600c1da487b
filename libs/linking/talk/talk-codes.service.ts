import { Injectable } from '@nestjs/common';
import type { LineMessage } from '#line';
import { Consents } from '../pages/connect/consents.service.js';
import { typedCode } from '../user-codes/code.js';
import { CodeRedemption, type Redemption } from '../user-codes/code-redemption.service.js';
import type { TalkTurn } from './talk-turn.js';

/** Users of a contract who link in the talk: the code first, then what they agree to. */
@Injectable()
export class TalkCodes {
  constructor(
    private readonly redemption: CodeRedemption,
    private readonly consents: Consents,
  ) {}

  /** Asks whoever has typed a right code to agree; nothing is used up by that. */
  async typed(turn: TalkTurn, text: string): Promise<LineMessage[]> {
    const { scope, page, person, messages } = turn;
    const outcome = await this.redemption.look(scope, person.lineUserId, text);
    if (outcome.kind !== 'right') return answerTo(turn, outcome);
    return messages.askForConsent(this.consents.wording(page, page.language), typedCode(text));
  }

  /** Links, if the wording is still the one that was agreed to; else it is shown again. */
  async agreed(turn: TalkTurn, { code, version }: { code: string; version: string }): Promise<LineMessage[]> {
    const { scope, channelId, page, person, messages } = turn;
    const by = { channelId, lineUserId: person.lineUserId };
    const wording = this.consents.wording(page, page.language);
    if (version !== wording.version) return messages.askForConsent(wording, code);
    const consent = (memberId: string) => this.consents.write(scope, { ...by, memberId }, wording);
    return answerTo(turn, await this.redemption.redeem(scope, by, code, consent));
  }
}

function answerTo({ messages }: TalkTurn, outcome: Redemption): LineMessage[] {
  switch (outcome.kind) {
    case 'linked':
      return messages.linked();
    case 'wrong':
      return messages.codeWrong();
    case 'wait':
      return messages.codeWait(outcome.milliseconds);
    case 'refused':
      return messages.refused(outcome.code);
  }
}
