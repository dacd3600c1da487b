import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CLOCK, Config } from '#config';
import { derivedId, newId, type Clock, type Scope } from '#kernel';
import { ACCESS, type Access } from './access.js';
import type { ApiRequest } from './api-request.js';
import { Authenticator } from './authenticator.js';
import { permitMissing, tooManyRequests, unauthorized } from './http.errors.js';
import { idempotencyKey } from './idempotency-key.js';
import { TokenBuckets } from './token-buckets.js';

/** Nobody gets in by omission: finds out who asks, whether they may, and how often they did. */
@Injectable()
export class ScopeGuard implements CanActivate {
  private readonly adminKey: Buffer;
  private readonly buckets: TokenBuckets;

  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    @Inject(CLOCK) private readonly clock: Clock,
    config: Config,
  ) {
    this.adminKey = digest(config.adminKey);
    this.buckets = new TokenBuckets(config.rateLimitPerMinute);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler());
    if (!access) throw new Error('This route does not say who may call it.');
    if (access.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const bearer = bearerOf(request.headers.authorization);
    if (!bearer) throw unauthorized();
    request.scope = access.kind === 'admin' ? this.admin(bearer, request) : await this.caller(bearer, access.permit);
    return true;
  }

  private async caller(bearer: string, permit: string): Promise<Scope> {
    const scope = await this.authenticator.authenticate(bearer);
    if (!scope) throw unauthorized();
    const wait = this.buckets.take(scope.actor.id, this.clock.now().getTime());
    if (wait > 0) throw tooManyRequests(Math.ceil(wait / 1000));
    if (!scope.permits.has(permit)) throw permitMissing(permit);
    return scope;
  }

  /**
   * The scope of a workspace that is about to be made. Its id follows from the Idempotency-Key, so that the answer to a
   * repeated request is found where the first one left it.
   */
  private admin(bearer: string, request: ApiRequest): Scope {
    if (!timingSafeEqual(digest(bearer), this.adminKey)) throw unauthorized();
    const key = idempotencyKey(request);
    return {
      workspaceId: key === undefined ? newId() : derivedId(NEW_WORKSPACES, key),
      actor: { kind: 'operator', id: 'admin' },
      permits: new Set(),
      timeZone: 'Asia/Tokyo',
      currency: 'JPY',
      clock: this.clock,
    };
  }
}

/** A namespace of UUID v5, made once for this purpose. */
const NEW_WORKSPACES = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90';

/** Digests have one length, so that comparing them tells nothing about the key's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,512})$/i.exec(header ?? '')?.[1];
}
