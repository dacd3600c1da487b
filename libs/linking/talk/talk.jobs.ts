import { IsOptional, IsUUID, Matches } from 'class-validator';
import { EventRef } from '#channels';
import { defineJob } from '#jobs';

/** As often as fits into the minute in which an event can be answered. */
const ATTEMPTS = 8;

/** Does what somebody asked for in the talk, and answers. Safe to run twice: what is done is not done again. */
export const answerTalk = defineJob({
  name: 'linking.answer_talk',
  lane: 'delivery',
  payload: EventRef,
  runs: 'outside',
  attempts: ATTEMPTS,
});

export class AccountLinkRef {
  @IsUUID() workspaceId: string;
  @IsUUID() channelId: string;
  /** webhook_events.id of LINE's word that all went well. */
  @Matches(/^[1-9]\d{0,18}$/) eventId: string;
  /** The code of what the attempt failed with. */
  @IsOptional() @Matches(/^[a-z_]+\.[a-z_]+$/) failure?: string;
}

/** Tells somebody who comes back from LINE's account-link dialog what became of it. */
export const answerAccountLink = defineJob({
  name: 'linking.answer_account_link',
  lane: 'delivery',
  payload: AccountLinkRef,
  runs: 'outside',
  attempts: ATTEMPTS,
});
