import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Channel } from '../channels/channel.js';
import { retryKeyPattern } from '../ids.js';
import type { Endpoint } from '../limits/endpoints.js';
import type { EndpointTraffic } from '../limits/traffic.js';
import type { Platform } from '../platform.js';
import { isObject } from '../validation/problems.js';
import type { Answer, Call } from './call.js';
import { Exchange } from './exchange.js';
import { addressedAt, answerWithFault } from './fault-answers.js';
import type { LineRefusal } from './line-refusal.js';
import { refusals } from './line-refusal.js';

type Handle = (call: Call) => Answer | Promise<Answer>;

interface Admitted {
  /** Undefined where an endpoint also answers callers nobody knows. */
  channel: Channel | undefined;
  traffic: EndpointTraffic;
  at: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    line: Admitted | null;
  }
}

/** The way every call takes: request id, token, rate, faults, retry key, and only then the endpoint itself. */
export class Gate {
  constructor(
    private readonly app: FastifyInstance,
    private readonly platform: Platform,
  ) {
    app.decorateRequest('line', null);
  }

  serve(endpoint: Endpoint, handle: Handle): void {
    const { method, path: url } = endpoint;
    this.app.route({
      method,
      url,
      onRequest: (request, _reply, done) => done(this.admit(request, endpoint)),
      handler: (request, reply) => this.answer(request, reply, endpoint, handle),
    });
  }

  /** Looks at token and rate before the body is read. */
  private admit(request: FastifyRequest, endpoint: Endpoint): LineRefusal | undefined {
    const now = this.platform.clock.now();
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const channel = token === undefined ? undefined : this.platform.channelOfToken(token);
    const traffic = (channel?.traffic ?? this.platform.strangers).of(endpoint);
    traffic.arrive(now);
    if (!channel) return counted(traffic, refusals.authentication());
    const { rateLimits, rateTolerance } = this.platform.settings;
    if (rateLimits && !traffic.admit(now, rateTolerance)) return counted(traffic, refusals.rateLimit());
    request.line = { channel, traffic, at: Math.floor(now) };
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    const bodiless = /^P/.test(request.method) && length === undefined && encoding === undefined;
    return bodiless ? refusals.lengthRequired() : undefined;
  }

  private answer(request: FastifyRequest, reply: FastifyReply, endpoint: Endpoint, handle: Handle) {
    const call = callOf(request, endpoint);
    const exchange = new Exchange(request, reply);
    const fault = this.platform.faults.draw({
      endpoint: endpoint.name,
      channelId: call.channel.account.channelId,
      addresses: (userId) => addressedAt(call, userId) !== undefined,
    });
    if (fault) return answerWithFault(exchange, fault, call, () => process(call, handle));
    const answer = process(call, handle);
    return answer instanceof Promise ? answer.then((late) => exchange.send(late)) : exchange.send(answer);
  }
}

function callOf(request: FastifyRequest, endpoint: Endpoint): Call {
  const { channel, at } = request.line ?? {};
  if (!channel || at === undefined) throw new Error('a call reached its endpoint without passing the gate');
  const key = request.headers['x-line-retry-key'];
  return {
    requestId: request.id,
    endpoint,
    channel,
    at,
    retryKey: typeof key === 'string' ? key : undefined,
    body: isObject(request.body) && !Buffer.isBuffer(request.body) ? request.body : undefined,
    bytes: Buffer.isBuffer(request.body) ? request.body : undefined,
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    params: request.params as Record<string, string>,
    query: request.query as Record<string, string | string[] | undefined>,
  };
}

/** Runs the call unless its retry key says that it has run. */
function process(call: Call, handle: Handle): Answer | Promise<Answer> {
  const { retryKey, endpoint, channel, at } = call;
  if (retryKey === undefined) return handle(call);
  if (!endpoint.takesRetryKey || !retryKeyPattern.test(retryKey)) throw refusals.header('X-Line-Retry-Key');
  const accepted = channel.retryKeys.meet(retryKey, at);
  if (!accepted) return handle(call);
  accepted.repeats++;
  const message = 'The retry key is already accepted';
  const sentMessages = channel.ledger.contents.sentMessages(accepted.content, accepted.firstSerial);
  const body = accepted.endpoint === 'push' ? { message, sentMessages } : { message };
  return { status: 409, body, acceptedRequestId: accepted.requestId };
}

function counted(traffic: EndpointTraffic, refusal: LineRefusal): LineRefusal {
  traffic.answered(String(refusal.status));
  return refusal;
}

export const newRequestId = (): string => randomUUID();
