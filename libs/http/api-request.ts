import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '#kernel';

/** A request and what we know about it beyond Fastify. */
export interface ApiRequest extends FastifyRequest {
  /** On whose behalf; set by the scope guard on every route that is not public. */
  scope?: Scope;
  /** The bytes of the body, where the route's settings ask for them. */
  rawBody?: Buffer;
}

export type ApiReply = FastifyReply;
