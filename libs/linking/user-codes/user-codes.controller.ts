import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { Answers, CurrentScope, ExternalId, Idempotent, Permit, uuidOf, type Page } from '#http';
import type { Scope } from '#kernel';
import { ContractUsers } from './contract-users.service.js';
import {
  ContractUsersDto,
  GiveUserCodeDto,
  ReplaceUserCodeDto,
  ShownContractUsersDto,
  UserCodeDto,
} from './user-codes.dto.js';
import { UserCodes } from './user-codes.service.js';

const UserCodeId = uuidOf('user-code');

/** Below a contractor: who uses the contract, and the codes by which they link. */
@Controller('v1/members/:externalId')
export class UserCodesController {
  constructor(
    private readonly codes: UserCodes,
    private readonly users: ContractUsers,
  ) {}

  @Get('users')
  @Permit('linking.read')
  @Answers(200, ShownContractUsersDto)
  async contractUsers(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
  ): Promise<ShownContractUsersDto> {
    return { users: await this.users.list(scope, externalId) };
  }

  /** Says who uses the contract, all of them. */
  @Put('users')
  @Permit('linking.write')
  @Answers(200, ShownContractUsersDto)
  async setContractUsers(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Body() body: ContractUsersDto,
  ): Promise<ShownContractUsersDto> {
    return { users: await this.users.replace(scope, externalId, body.users) };
  }

  /** The codes of a contract, to be shown to its contractor. */
  @Get('user-codes')
  @Permit('linking.codes.read')
  @Answers(200, UserCodeDto, { page: true })
  async list(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
  ): Promise<Page<UserCodeDto>> {
    return { items: await this.codes.list(scope, externalId), nextCursor: null };
  }

  @Post('user-codes')
  @Idempotent()
  @Permit('linking.codes.write')
  @Answers(201, UserCodeDto)
  give(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Body() body: GiveUserCodeDto,
  ): Promise<UserCodeDto> {
    return this.codes.give(scope, externalId, body);
  }

  /** Another code for the same user; the old one stops working. */
  @Post('user-codes/:id/replace')
  @HttpCode(200)
  @Idempotent()
  @Permit('linking.codes.write')
  @Answers(200, UserCodeDto)
  replace(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Param('id', UserCodeId) id: string,
    @Body() body: ReplaceUserCodeDto,
  ): Promise<UserCodeDto> {
    return this.codes.replace(scope, externalId, id, body.expiresAt);
  }

  /** The code stops working; who is linked by it stays linked. */
  @Delete('user-codes/:id')
  @HttpCode(204)
  @Permit('linking.codes.write')
  @Answers(204)
  async end(
    @CurrentScope() scope: Scope,
    @Param('externalId', ExternalId) externalId: string,
    @Param('id', UserCodeId) id: string,
  ): Promise<void> {
    await this.codes.end(scope, externalId, id);
  }
}
