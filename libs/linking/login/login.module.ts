import { Module } from '@nestjs/common';
import { ChannelsModule } from '#channels';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { LinksModule } from '../links.module.js';
import { PagesModule } from '../pages/pages.module.js';
import { LineSide } from './line-side.service.js';
import { LoginArrival } from './login-arrival.service.js';
import { LoginController } from './login.controller.js';
import { LoginFlow } from './login-flow.service.js';
import { LoginStart } from './login-start.service.js';
import { LoginStatesRepository } from './login-states.repository.js';

@Module({
  imports: [AttemptsModule, ChannelsModule, LimitsModule, LinksModule, PagesModule],
  providers: [LineSide, LoginArrival, LoginFlow, LoginStart, LoginStatesRepository],
  exports: [LoginArrival, LoginFlow, LoginStart],
})
export class LoginModule {}

@Module({ imports: [LoginModule, PagesModule], controllers: [LoginController] })
export class LoginHttpModule {}
