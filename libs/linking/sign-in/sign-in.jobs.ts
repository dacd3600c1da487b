import { IsIn, IsUUID, Matches } from 'class-validator';
import { defineJob } from '#jobs';

/** Somebody asked for a way to a new password. */
export class ResetRequest {
  @IsUUID() workspaceId: string;
  @IsUUID() channelId: string;
  /** members.id; 0 where the login id was nobody's, so that both leave the same trail. */
  @Matches(/^\d{1,18}$/) memberId: string;
  @IsIn(['ja', 'en']) lang: 'ja' | 'en';
}

/** Mails a link to set a password. Run twice, it mails two, of which the first that is used ends both. */
export const mailPasswordReset = defineJob({
  name: 'linking.mail_password_reset',
  // Somebody is waiting for it, and so may the mail server be waited for: that is no place among LINE's webhooks.
  lane: 'journeys',
  payload: ResetRequest,
  attempts: 6,
  runs: 'outside',
  oneAtATime: ({ workspaceId, memberId }) => `${workspaceId} ${memberId}`,
});
