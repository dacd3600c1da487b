import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { Authenticator } from '#http';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeys } from './api-keys.service.js';
import { Bearers } from './bearers.js';
import { OperatorSession } from './operators/operator-session.entity.js';
import { Operator } from './operators/operator.entity.js';
import { OperatorsController } from './operators/operators.controller.js';
import { OperatorsRepository } from './operators/operators.repository.js';
import { Operators } from './operators/operators.service.js';
import { Passwords } from './operators/passwords.js';
import { SessionsController } from './operators/sessions.controller.js';
import { SessionsRepository } from './operators/sessions.repository.js';
import { Sessions } from './operators/sessions.service.js';
import { SignIn } from './operators/sign-in.service.js';
import { Scopes } from './scopes.js';
import { Workspace } from './workspace.entity.js';
import { WorkspacesController } from './workspaces.controller.js';
import { WorkspacesRepository } from './workspaces.repository.js';
import { Workspaces } from './workspaces.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Workspace, ApiKey, Operator, OperatorSession]), AuditModule],
  providers: [
    Workspaces,
    WorkspacesRepository,
    ApiKeys,
    ApiKeysRepository,
    Operators,
    OperatorsRepository,
    Passwords,
    Sessions,
    SessionsRepository,
    SignIn,
    Scopes,
    { provide: Authenticator, useClass: Bearers },
  ],
  exports: [Workspaces, ApiKeys, Operators, Passwords, SignIn, Sessions, Scopes, Authenticator],
})
export class WorkspacesModule {}

@Module({
  imports: [WorkspacesModule],
  controllers: [WorkspacesController, ApiKeysController, OperatorsController, SessionsController],
})
export class WorkspacesHttpModule {}
