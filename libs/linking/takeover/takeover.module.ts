import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { MembersModule } from '#members';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { LinksModule } from '../links.module.js';
import { PagesModule } from '../pages/pages.module.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { UserCodesModule } from '../user-codes/user-codes.module.js';
import { TakeoverChecks } from './takeover-checks.service.js';
import { TakeoverConfirmation } from './takeover-confirmation.service.js';
import { TakeoverDesk } from './takeover-desk.service.js';
import { TakeoverMove } from './takeover-move.service.js';
import { TakeoverOffers } from './takeover-offers.service.js';
import { TakeoverPages } from './takeover.pages.js';
import { TakeoverClaimRow, TakeoverLinkRow, TakeoverRow } from './takeover.entity.js';
import { TakeoversController } from './takeovers.controller.js';
import { TakeoversRepository } from './takeovers.repository.js';
import { Takeovers } from './takeovers.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([TakeoverRow, TakeoverLinkRow, TakeoverClaimRow]),
    ...[AttemptsModule, AuditModule, ChannelsModule, LinksModule, MembersModule, PagesModule, SignInModule],
    UserCodesModule,
  ],
  providers: [
    ...[Takeovers, TakeoverChecks, TakeoverDesk, TakeoverMove, TakeoversRepository],
    ...[TakeoverConfirmation, TakeoverOffers],
  ],
  exports: [Takeovers, TakeoverChecks, TakeoverConfirmation, TakeoverDesk, TakeoverMove, TakeoverOffers],
})
export class TakeoverModule {}

@Module({ imports: [TakeoverModule, PagesModule], controllers: [TakeoversController, TakeoverPages] })
export class TakeoverHttpModule {}
