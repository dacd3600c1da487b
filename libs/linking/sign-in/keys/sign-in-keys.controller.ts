import { Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Answers, CurrentScope, Idempotent, Permit, uuidOf, type Page } from '#http';
import type { Scope } from '#kernel';
import { CreatedSignInKeyDto, SignInKeyDto } from './sign-in-keys.dto.js';
import { SignInKeys } from './sign-in-keys.service.js';

@Controller('v1/sign-in-keys')
export class SignInKeysController {
  constructor(private readonly keys: SignInKeys) {}

  /** At most two: one in use and one to change to. */
  @Get()
  @Permit('linking.read_keys')
  @Answers(200, SignInKeyDto, { page: true })
  async list(@CurrentScope() scope: Scope): Promise<Page<SignInKeyDto>> {
    return { items: await this.keys.list(scope), nextCursor: null };
  }

  @Post()
  @Idempotent()
  @Permit('linking.write_keys')
  @Answers(201, CreatedSignInKeyDto)
  create(@CurrentScope() scope: Scope): Promise<CreatedSignInKeyDto> {
    return this.keys.create(scope);
  }

  @Delete(':id')
  @Permit('linking.write_keys')
  @HttpCode(204)
  @Answers(204)
  remove(@CurrentScope() scope: Scope, @Param('id', uuidOf('sign-in-key')) id: string): Promise<void> {
    return this.keys.remove(scope, id);
  }
}
