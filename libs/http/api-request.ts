import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '#kernel';
import type { Refusal } from './problem.js';

/** A request and what we know about it beyond Fastify. */
export interface ApiRequest extends FastifyRequest {
  /** On whose behalf; set by the scope guard on every route that is not public. */
  scope?: Scope;
  /** The bytes of the body, where the route's settings ask for them. */
  rawBody?: Buffer;
  /** The bytes of an HTML form; `parseFormBody` reads them. */
  formBody?: Buffer;
  /** Tells a refusal in the way of the page that was asked for, instead of as a problem document. */
  explain?: (refusal: Refusal, reply: FastifyReply) => void;
}

export type ApiReply = FastifyReply;
