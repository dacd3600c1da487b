import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Answers, CurrentScope, Idempotent, Permit, uuidOf } from '#http';
import type { Scope } from '#kernel';
import {
  CreateLinkSessionDto,
  LinkSessionAnswerDto,
  LinkSessionCodeDto,
  LinkSessionDto,
  LinkSessionLinkDto,
  LinkSessionMemberDto,
  LinkSessionStartDto,
} from './link-sessions.dto.js';
import { LinkSessions } from './link-sessions.service.js';
import { ResultTokens } from './result-tokens.service.js';
import { SessionResults } from './session-results.service.js';

const SessionId = uuidOf('link-session');

/** LINE Login as the sign-in of the company's own site. */
@Controller('v1/link-sessions')
export class LinkSessionsController {
  constructor(
    private readonly sessions: LinkSessions,
    private readonly results: SessionResults,
    private readonly tokens: ResultTokens,
  ) {}

  /**
   * Begins one. Remember its id in the visitor's session on your site, and send the browser to `url`. It comes back to
   * `returnUrl` with `session` and `code`: go on only where `session` is the one you remembered.
   */
  @Post()
  @Idempotent()
  @Permit('linking.write')
  @Answers(201, LinkSessionStartDto)
  create(@CurrentScope() scope: Scope, @Body() body: CreateLinkSessionDto): Promise<LinkSessionStartDto> {
    return this.sessions.create(scope, body);
  }

  @Get(':id')
  @Permit('linking.read')
  @Answers(200, LinkSessionDto)
  get(@CurrentScope() scope: Scope, @Param('id', SessionId) id: string): Promise<LinkSessionDto> {
    return this.sessions.get(scope, id);
  }

  /** Who the visitor is; once, within five minutes of their return. */
  @Post(':id/result')
  @HttpCode(200)
  @Permit('linking.write')
  @Answers(200, LinkSessionAnswerDto)
  async result(
    @CurrentScope() scope: Scope,
    @Param('id', SessionId) id: string,
    @Body() body: LinkSessionCodeDto,
  ): Promise<LinkSessionAnswerDto> {
    const result = await this.results.take(scope, id, body);
    return { result, token: await this.tokens.sign(scope, id, result) };
  }

  /** Links a visitor who was `unknown` with whom you have signed in or registered; once, within 30 minutes. */
  @Post(':id/link')
  @Idempotent()
  @Permit('linking.write')
  @Answers(201, LinkSessionLinkDto)
  link(
    @CurrentScope() scope: Scope,
    @Param('id', SessionId) id: string,
    @Body() body: LinkSessionMemberDto,
  ): Promise<LinkSessionLinkDto> {
    return this.results.link(scope, id, body);
  }
}
