import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { MembersModule } from '#members';
import { WorkspacesModule } from '#workspaces';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { LinksModule } from '../links.module.js';
import { LoginModule } from '../login/login.module.js';
import { PagesModule } from '../pages/pages.module.js';
import { CodeLimits } from './code-limits.service.js';
import { CodePageController } from './code-page.controller.js';
import { CodeRedemption } from './code-redemption.service.js';
import { CodeStart } from './code-start.service.js';
import { ContractUserRow } from './contract-user.entity.js';
import { ContractUsersRepository } from './contract-users.repository.js';
import { ContractorCodes } from './contractor-codes.service.js';
import { ContractUsers } from './contract-users.service.js';
import { UserCodeSeals } from './user-code-seals.js';
import { UserCodeRow } from './user-code.entity.js';
import { UserCodesController } from './user-codes.controller.js';
import { UserCodesHandlers } from './user-codes.handlers.js';
import { UserCodesRepository } from './user-codes.repository.js';
import { UserCodes } from './user-codes.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([ContractUserRow, UserCodeRow]),
    AttemptsModule,
    AuditModule,
    LimitsModule,
    LinksModule,
    MembersModule,
  ],
  providers: [
    CodeLimits,
    CodeRedemption,
    ContractorCodes,
    ContractUsers,
    ContractUsersRepository,
    UserCodeSeals,
    UserCodes,
    UserCodesRepository,
  ],
  exports: [CodeLimits, CodeRedemption, ContractorCodes, ContractUsers, UserCodes],
})
export class UserCodesModule {}

/** For the api: the company's routes, and the page on which codes are entered. */
@Module({
  imports: [AttemptsModule, LimitsModule, LoginModule, PagesModule, UserCodesModule],
  controllers: [CodePageController, UserCodesController],
  providers: [CodeStart],
})
export class UserCodesHttpModule {}

/** For the worker. */
@Module({ imports: [UserCodesModule, WorkspacesModule], providers: [UserCodesHandlers] })
export class UserCodesJobsModule {}
