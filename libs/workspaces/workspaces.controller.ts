import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import { AdminOnly, Answers, CurrentScope, Idempotent, Permit } from '#http';
import type { Scope } from '#kernel';
import type { Workspace } from './workspace.entity.js';
import { CreatedWorkspaceDto, CreateWorkspaceDto, UpdateWorkspaceDto, WorkspaceDto } from './workspaces.dto.js';
import { Workspaces } from './workspaces.service.js';

@Controller('v1')
export class WorkspacesController {
  constructor(private readonly workspaces: Workspaces) {}

  @Post('workspaces')
  @AdminOnly()
  @Idempotent()
  @Answers(201, CreatedWorkspaceDto)
  create(@CurrentScope() scope: Scope, @Body() body: CreateWorkspaceDto): Promise<CreatedWorkspaceDto> {
    return this.workspaces.create(scope, body);
  }

  @Get('workspace')
  @Permit('workspaces.read')
  @Answers(200, WorkspaceDto)
  async get(@CurrentScope() scope: Scope): Promise<WorkspaceDto> {
    return shown(await this.workspaces.get(scope));
  }

  @Patch('workspace')
  @Permit('workspaces.write')
  @Answers(200, WorkspaceDto)
  async update(@CurrentScope() scope: Scope, @Body() body: UpdateWorkspaceDto): Promise<WorkspaceDto> {
    return shown(await this.workspaces.update(scope, body));
  }
}

function shown({ createdAt: _, ...settings }: Workspace): WorkspaceDto {
  return settings;
}
