import { Module } from '@nestjs/common';
import { ChannelsModule } from '#channels';
import { AttemptsModule } from '../../attempts/attempts.module.js';
import { LinksModule } from '../../links.module.js';
import { LoginModule } from '../../login/login.module.js';
import { UserCodesModule } from '../../user-codes/user-codes.module.js';
import { LinkPagesController } from '../link-pages.controller.js';
import { PagesModule } from '../pages.module.js';
import { ConnectController } from './connect.controller.js';
import { ConsentController } from './consent.controller.js';
import { ConsentsModule } from './consents.module.js';
import { EndController } from './end.controller.js';
import { LinkPageStates } from './link-page-states.service.js';

/** For the api: the link page and its settings, the consent, and the end pages. */
@Module({
  imports: [AttemptsModule, ChannelsModule, ConsentsModule, LinksModule, LoginModule, PagesModule, UserCodesModule],
  controllers: [LinkPagesController, ConnectController, ConsentController, EndController],
  providers: [LinkPageStates],
})
export class ConnectHttpModule {}
