import { createHash } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { Database } from '#database';
import { Cipher, type CipherPlace, type Scope } from '#kernel';
import type { ApiReply, ApiRequest } from './api-request.js';
import { idempotencyInFlight, idempotencyKeyReused } from './http.errors.js';
import { idempotencyKey } from './idempotency-key.js';
import { IdempotencyRepository, type KeptRequest } from './idempotency.repository.js';

const KEPT_FOR = 24 * 3600 * 1000;

interface Repeatable extends KeptRequest {
  scope: Scope;
  /** Hex. */
  bodyHash: string;
}

/**
 * Runs a request once however often it is sent. The key is claimed, the handler runs and the answer is kept in one
 * transaction: a process that dies leaves either all of it or nothing, and a second request waits for the first one's
 * commit. A refusal rolls back and keeps nothing, so a repaired request may use its key again.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly inFlight = new Map<string, Promise<unknown>>();

  constructor(
    private readonly repository: IdempotencyRepository,
    private readonly db: Database,
    private readonly cipher: Cipher,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const key = idempotencyKey(request);
    const { scope } = request;
    if (key === undefined || !scope) return next.handle();
    const route = `${request.method} ${request.routeOptions.url}`;
    const repeatable = { scope, key, route, bodyHash: hashOf(request) };
    const reply = context.switchToHttp().getResponse<ApiReply>();
    return defer(() => this.once(repeatable, reply, () => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }

  /** Requests of this process with one key go one after the other, before they take a connection each to wait on. */
  private async once(request: Repeatable, reply: ApiReply, work: () => Promise<unknown>): Promise<unknown> {
    const id = JSON.stringify([request.scope.workspaceId, request.route, request.key]);
    for (let running = this.inFlight.get(id); running; running = this.inFlight.get(id))
      await Promise.allSettled([running]);
    const running = this.db.transaction(request.scope, () => this.runOrRepeat(request, reply, work));
    this.inFlight.set(id, running);
    try {
      return await running;
    } finally {
      this.inFlight.delete(id);
    }
  }

  private async runOrRepeat(request: Repeatable, reply: ApiReply, work: () => Promise<unknown>): Promise<unknown> {
    if (await this.claim(request)) {
      const answer = await work();
      await this.keep(request, answer);
      return answer;
    }
    const kept = await this.repository.find(request.scope, request);
    const bodyHash = this.cipher.decrypt(kept.body_hash, placeOf(request, 'body_hash'));
    if (bodyHash !== request.bodyHash) throw idempotencyKeyReused();
    void reply.header('idempotency-replayed', 'true');
    if (!kept.response) return undefined;
    return JSON.parse(this.cipher.decrypt(kept.response, placeOf(request, 'response'))) as unknown;
  }

  private async claim(request: Repeatable): Promise<boolean> {
    const now = request.scope.clock.now();
    // A body may hold a password, whose plain hash could be guessed at.
    const bodyHash = this.cipher.encrypt(request.bodyHash, placeOf(request, 'body_hash'));
    try {
      await this.repository.forget(request.scope, new Date(now.getTime() - KEPT_FOR));
      return await this.repository.claim(request.scope, request, bodyHash, now);
    } catch (error) {
      if ((error as { code?: unknown }).code === '55P03') throw idempotencyInFlight();
      throw error;
    }
  }

  private async keep(request: Repeatable, answer: unknown): Promise<void> {
    if (answer === undefined) return;
    const response = this.cipher.encrypt(JSON.stringify(answer), placeOf(request, 'response'));
    await this.repository.keep(request.scope, request, response);
  }
}

function placeOf({ scope, route, key }: Repeatable, column: 'body_hash' | 'response'): CipherPlace {
  const rowId = JSON.stringify([route, key]);
  return { workspaceId: scope.workspaceId, table: 'idempotency_keys', column, rowId };
}

/** The address is hashed too: the same key for another campaign is another request. */
function hashOf(request: ApiRequest): string {
  const text = JSON.stringify([request.url, request.body]);
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
