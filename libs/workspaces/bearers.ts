import { Injectable } from '@nestjs/common';
import { Authenticator } from '#http';
import type { Scope } from '#kernel';
import { ApiKeys } from './api-keys.service.js';
import { Sessions } from './operators/sessions.service.js';

/** A bearer is an API key or the token of an operator's session; their prefixes tell which. */
@Injectable()
export class Bearers extends Authenticator {
  constructor(
    private readonly apiKeys: ApiKeys,
    private readonly sessions: Sessions,
  ) {
    super();
  }

  override async authenticate(bearer: string): Promise<Scope | undefined> {
    return (await this.apiKeys.authenticate(bearer)) ?? this.sessions.authenticate(bearer);
  }
}
