import { Module } from '@nestjs/common';
import { MemberSearchController } from './member-search.controller.js';
import { MemberSearchRepository } from './member-search.repository.js';
import { MemberSearch } from './member-search.service.js';

@Module({ controllers: [MemberSearchController], providers: [MemberSearch, MemberSearchRepository] })
export class MemberSearchHttpModule {}
