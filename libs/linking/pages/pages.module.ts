import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { WorkspacesModule } from '#workspaces';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { LinkConsentRow } from './link-consent.entity.js';
import { LinkHostRow } from './link-host.entity.js';
import { LinkPageDraftRow } from './link-page-draft.entity.js';
import { LinkPageRow } from './link-page.entity.js';
import { LinkPagesRepository } from './link-pages.repository.js';
import { LinkPages } from './link-pages.service.js';
import { PageGate } from './page-gate.js';
import { Pages } from './pages.service.js';
import { PreviewTokens } from './preview-tokens.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([LinkConsentRow, LinkHostRow, LinkPageDraftRow, LinkPageRow]),
    AttemptsModule,
    AuditModule,
    ChannelsModule,
    WorkspacesModule,
  ],
  providers: [LinkPages, LinkPagesRepository, PageGate, Pages, PreviewTokens],
  exports: [LinkPages, Pages],
})
export class PagesModule {}
