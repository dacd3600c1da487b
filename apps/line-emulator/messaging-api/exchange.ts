import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from './call.js';

/** The ways in which a request can end, each counted. */
export class Exchange {
  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {}

  send({ status, body, acceptedRequestId, contentType }: Answer): FastifyReply {
    this.count(String(status));
    if (acceptedRequestId !== undefined) this.reply.header('x-line-accepted-request-id', acceptedRequestId);
    if (contentType !== undefined) this.reply.type(contentType);
    return this.reply.code(status).send(body);
  }

  /** Cuts the connection without an answer. */
  drop(): FastifyReply {
    this.count('dropped');
    this.reply.hijack();
    this.request.raw.socket.destroy();
    return this.reply;
  }

  /** Leaves the caller waiting until one side closes. */
  hang(): FastifyReply {
    this.count('hang');
    return this.reply.hijack();
  }

  private count(status: string): void {
    this.request.line?.traffic.answered(status);
  }
}
