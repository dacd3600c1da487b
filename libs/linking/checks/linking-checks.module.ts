import { Module } from '@nestjs/common';
import { ChannelsModule } from '#channels';
import { PagesModule } from '../pages/pages.module.js';
import { LinkingChecks } from './linking-checks.js';
import { LoginPeopleRepository } from './login-people.repository.js';

@Module({ imports: [ChannelsModule, PagesModule], providers: [LinkingChecks, LoginPeopleRepository] })
export class LinkingChecksModule {}
