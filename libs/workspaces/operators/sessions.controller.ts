import { Body, Controller, Delete, Get, HttpCode, Ip, Post } from '@nestjs/common';
import { Answers, CurrentScope, Permit, Public } from '#http';
import type { Scope } from '#kernel';
import { SessionDto, SignedInDto, SignInDto } from './sessions.dto.js';
import { Sessions } from './sessions.service.js';
import { SignIn } from './sign-in.service.js';

@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly signIns: SignIn,
    private readonly sessions: Sessions,
  ) {}

  @Post()
  @Public()
  @Answers(201, SignedInDto)
  signIn(@Body() body: SignInDto, @Ip() address: string): Promise<SignedInDto> {
    return this.signIns.signIn(body, address);
  }

  @Get('current')
  @Permit('sessions.own')
  @Answers(200, SessionDto)
  current(@CurrentScope() scope: Scope): Promise<SessionDto> {
    return this.sessions.current(scope);
  }

  @Delete('current')
  @Permit('sessions.own')
  @HttpCode(204)
  @Answers(204)
  end(@CurrentScope() scope: Scope): Promise<void> {
    return this.sessions.end(scope);
  }
}
