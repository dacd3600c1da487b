import { Injectable } from '@nestjs/common';
import { HandlesJob, type PayloadOf } from '#jobs';
import { Scopes } from '#workspaces';
import { PasswordResetMail } from './resets/password-reset-mail.service.js';
import { mailPasswordReset } from './sign-in.jobs.js';

@Injectable()
export class SignInHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly mail: PasswordResetMail,
  ) {}

  @HandlesJob(mailPasswordReset)
  async mailReset(request: PayloadOf<typeof mailPasswordReset>): Promise<void> {
    await this.mail.send(await this.scopes.system(request.workspaceId), request);
  }
}
