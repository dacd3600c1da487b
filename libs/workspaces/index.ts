export { ApiKeys } from './api-keys.service.js';
export type { Cap, QuietHours } from './workspaces.dto.js';
export { CreateWorkspaceDto } from './workspaces.dto.js';
export { Passwords } from './operators/passwords.js';
export { networkOf } from './operators/sign-in-limits.js';
export { Scopes } from './scopes.js';
export type { Workspace } from './workspace.entity.js';
export { WorkspacesHttpModule, WorkspacesModule } from './workspaces.module.js';
export { Workspaces, type AmountsStored } from './workspaces.service.js';
