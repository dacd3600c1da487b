import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import type { Config } from '#config';
import type { ApiReply, ApiRequest } from './api-request.js';
import { acceptForms } from './form-body.js';
import { acceptJson, BODY_LIMIT } from './json-body.js';
import { ProblemFilter } from './problem.filter.js';
import { problemOf } from './problem.js';
import { logRequests } from './request-log.js';
import { assertEveryRouteSaysWho } from './routes.js';

/** Percent-encoded, an external id of 128 characters takes up to nine times as much. */
const LONGEST_PATH_PARAMETER = 128 * 9;

/** An API for browsers never, for programs only. A page that is shown to people sets its own policy. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const HTTPS_ONLY = { 'strict-transport-security': 'max-age=31536000' };

/** The HTTP application of a root module that imports `HttpModule` and `LogModule`; the caller listens and closes. */
export async function createHttpApp(rootModule: Type | DynamicModule, config: Config): Promise<NestFastifyApplication> {
  assertEveryRouteSaysWho(rootModule);
  const filter = new ProblemFilter();
  const headers = config.publicUrl.startsWith('https:') ? { ...HEADERS, ...HTTPS_ONLY } : HEADERS;
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    // Longer than the 60 s after which load balancers usually close idle connections.
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    genReqId: requestId,
    trustProxy: config.trustedProxies ?? false,
    routerOptions: { maxParamLength: LONGEST_PATH_PARAMETER },
    frameworkErrors: (error: Error, request: ApiRequest, reply: ApiReply) => filter.answer(error, request, reply),
    clientErrorHandler,
  });
  const app = await NestFactory.create<NestFastifyApplication>(rootModule, adapter, {
    abortOnError: false,
    bodyParser: false,
    bufferLogs: true,
  });
  app.useLogger(app.get(Logger));
  acceptJson(app);
  acceptForms(app);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers).header('x-request-id', request.id);
    done();
  });
  logRequests(app);
  return app;
}

/** The caller's own id if it is a harmless one, so that logs on both sides can be laid side by side. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

/** What is not HTTP at all never becomes a request; it is answered on the bare socket. */
function clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const problem = problemOf(
    { status, code: 'http.bad_request', detail: 'This is not a valid HTTP request.' },
    randomUUID(),
  );
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${status} ${problem.title}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
