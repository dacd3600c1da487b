import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { Answers, CurrentScope, ExternalId, Permit } from '#http';
import type { Scope } from '#kernel';
import { LoginDto, PutLoginDto } from './logins.dto.js';
import { Logins } from './logins.service.js';
import { SignInReadiness } from './sign-in-readiness.service.js';

@Controller('v1/members/:externalId/login')
export class LoginsController {
  constructor(
    private readonly logins: Logins,
    private readonly readiness: SignInReadiness,
  ) {}

  /** What a member signs in with on our page, never the password. */
  @Get()
  @Permit('linking.read')
  @Answers(200, LoginDto)
  async get(@CurrentScope() scope: Scope, @Param('externalId', ExternalId) externalId: string): Promise<LoginDto> {
    return this.readiness.shown(scope, await this.logins.memberOf(scope, externalId));
  }

  @Put()
  @Permit('linking.write')
  @Answers(200, LoginDto)
  async put(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Body() body: PutLoginDto,
  ): Promise<LoginDto> {
    await this.logins.put(scope, externalId, body);
    return this.get(scope, externalId);
  }

  @Delete()
  @Permit('linking.write')
  @HttpCode(204)
  @Answers(204)
  remove(@CurrentScope() scope: Scope, @Param('externalId', ExternalId) externalId: string): Promise<void> {
    return this.logins.remove(scope, externalId);
  }
}
