import { Controller, Delete, Get, Header, HttpCode, Post, Query, Req } from '@nestjs/common';
import { Answers, Authenticator, CurrentScope, Idempotent, Permit, Public, type ApiRequest } from '#http';
import { AppError, type Scope } from '#kernel';
import { Scopes } from '#workspaces';
import { CalendarAddressDto, CalendarQuery } from './calendar.dto.js';
import { CampaignCalendar } from './calendar.service.js';

const READ = 'campaigns.read';

@Controller('v1/campaigns')
export class CalendarController {
  constructor(
    private readonly calendar: CampaignCalendar,
    private readonly authenticator: Authenticator,
    private readonly scopes: Scopes,
  ) {}

  /**
   * The campaigns as iCalendar (RFC 5545), by an API key or by the `token` of a secret address. Calendar programs can send
   * no key, which is why nobody is asked for one before the token is looked at.
   */
  @Get('calendar.ics')
  @Public()
  @Header('content-type', 'text/calendar; charset=utf-8')
  async read(@Query() { token }: CalendarQuery, @Req() request: ApiRequest): Promise<string> {
    return this.calendar.read(token === undefined ? await this.caller(request) : await this.holder(token));
  }

  /** Makes a secret address of the calendar; the one before is not good any more. */
  @Post('calendar')
  @Idempotent()
  @Permit('campaigns.write')
  @Answers(201, CalendarAddressDto)
  publish(@CurrentScope() scope: Scope): Promise<CalendarAddressDto> {
    return this.calendar.publish(scope);
  }

  @Delete('calendar')
  @HttpCode(204)
  @Permit('campaigns.write')
  withdraw(@CurrentScope() scope: Scope): Promise<void> {
    return this.calendar.withdraw(scope);
  }

  private async holder(token: string): Promise<Scope> {
    const workspaceId = await this.calendar.workspaceOf(token);
    if (workspaceId === undefined) throw unauthorized();
    return this.scopes.system(workspaceId);
  }

  private async caller({ headers }: ApiRequest): Promise<Scope> {
    const bearer = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(headers.authorization ?? '')?.[1];
    const scope = bearer === undefined ? undefined : await this.authenticator.authenticate(bearer);
    if (!scope) throw unauthorized();
    if (scope.permits.has(READ)) return scope;
    throw new AppError('http.permit_missing', 403, `The permit is missing: ${READ}.`, { details: { permit: READ } });
  }
}

function unauthorized(): AppError {
  return new AppError('http.unauthorized', 401, 'Send a valid API key, or the token of the calendar’s secret address.');
}
