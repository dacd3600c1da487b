import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { Authenticator } from '#http';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeys } from './api-keys.service.js';
import { Scopes } from './scopes.js';
import { Workspace } from './workspace.entity.js';
import { WorkspacesController } from './workspaces.controller.js';
import { WorkspacesRepository } from './workspaces.repository.js';
import { Workspaces } from './workspaces.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Workspace, ApiKey]), AuditModule],
  providers: [
    Workspaces,
    WorkspacesRepository,
    ApiKeys,
    ApiKeysRepository,
    Scopes,
    { provide: Authenticator, useExisting: ApiKeys },
  ],
  exports: [Workspaces, ApiKeys, Scopes, Authenticator],
})
export class WorkspacesModule {}

@Module({ imports: [WorkspacesModule], controllers: [WorkspacesController, ApiKeysController] })
export class WorkspacesHttpModule {}
