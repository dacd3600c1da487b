import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { MailModule } from '#mail';
import { MembersModule } from '#members';
import { WorkspacesModule } from '#workspaces';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { LinksModule } from '../links.module.js';
import { PagesModule } from '../pages/pages.module.js';
import { AttemptHandles } from './company/attempt-handles.js';
import { CompanySignIn } from './company/company-sign-in.service.js';
import { SignInAnswerRow } from './company/sign-in-answer.entity.js';
import { SignInAnswersRepository } from './company/sign-in-answers.repository.js';
import { HostedSignIn } from './hosted-sign-in.service.js';
import { SignInKeyRow } from './keys/sign-in-key.entity.js';
import { SignInKeysController } from './keys/sign-in-keys.controller.js';
import { SignInKeysRepository } from './keys/sign-in-keys.repository.js';
import { SignInKeys } from './keys/sign-in-keys.service.js';
import { LoginsController } from './logins/logins.controller.js';
import { LoginsRepository } from './logins/logins.repository.js';
import { Logins } from './logins/logins.service.js';
import { MemberLoginRow } from './logins/member-login.entity.js';
import { SignInReadiness } from './logins/sign-in-readiness.service.js';
import { ResetPages } from './pages/reset.pages.js';
import { SignInPages } from './pages/sign-in.pages.js';
import { PasswordResetMail } from './resets/password-reset-mail.service.js';
import { PasswordResetRow } from './resets/password-reset.entity.js';
import { PasswordResetsRepository } from './resets/password-resets.repository.js';
import { PasswordResets } from './resets/password-resets.service.js';
import { ResetRequests } from './resets/reset-requests.service.js';
import { SignInHandlers } from './sign-in.handlers.js';
import { SignInTries } from './sign-in-tries.service.js';

/** Keys, logins and whether somebody could get back in; what other parts of linking need. */
@Module({
  imports: [
    TypeOrmModule.forFeature([MemberLoginRow, PasswordResetRow, SignInAnswerRow, SignInKeyRow]),
    AuditModule,
    MembersModule,
    WorkspacesModule,
  ],
  providers: [Logins, LoginsRepository, PasswordResetsRepository, SignInKeys, SignInKeysRepository, SignInReadiness],
  exports: [Logins, LoginsRepository, PasswordResetsRepository, SignInKeys, SignInReadiness],
})
export class SignInModule {}

@Module({
  imports: [
    SignInModule,
    AttemptsModule,
    LimitsModule,
    LinksModule,
    PagesModule,
    AuditModule,
    MembersModule,
    WorkspacesModule,
  ],
  providers: [
    AttemptHandles,
    CompanySignIn,
    HostedSignIn,
    PasswordResets,
    ResetRequests,
    SignInAnswersRepository,
    SignInTries,
  ],
  controllers: [LoginsController, SignInKeysController, ResetPages, SignInPages],
})
export class SignInHttpModule {}

/** For the worker. */
@Module({
  imports: [SignInModule, PagesModule, ChannelsModule, MailModule, WorkspacesModule],
  providers: [PasswordResetMail, SignInHandlers],
})
export class SignInJobsModule {}
