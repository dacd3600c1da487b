import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Channel } from '../channels/channel.js';
import type { Endpoint } from '../limits/endpoints.js';
import type { Answer } from '../messaging-api/call.js';
import { Exchange } from '../messaging-api/exchange.js';
import { answerWithFault } from '../messaging-api/fault-answers.js';
import { refusals } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import { isObject } from '../validation/problems.js';
import type { JsonObject } from '../validation/problems.js';
import { Parameters } from './parameters.js';

/** A request to one of LINE Login's endpoints. */
export interface LoginCall {
  at: number;
  /** The form of a POST, the query of a GET. */
  given: Parameters;
  bearer: string | undefined;
  body: JsonObject | undefined;
  /** Whose it is; undefined if it names nobody known. */
  channel: Channel | undefined;
}

type Asked = Omit<LoginCall, 'channel'>;

/** Finds the channel a request belongs to: these endpoints know their caller by id, by user token or not at all. */
export type Owner = (asked: Asked) => Channel | undefined;

/** The way of calls to LINE Login: owner, rate, faults, endpoint. */
export class LoginGate {
  constructor(
    private readonly app: FastifyInstance,
    private readonly platform: Platform,
  ) {}

  serve(endpoint: Endpoint, owner: Owner, handle: (call: LoginCall) => Answer): void {
    const { method, path: url } = endpoint;
    this.app.route({
      method,
      url,
      handler: (request, reply) => {
        const call = this.admit(request, endpoint, owner);
        return this.answer(new Exchange(request, reply), endpoint, call, () => handle(call));
      },
    });
  }

  private admit(request: FastifyRequest, endpoint: Endpoint, owner: Owner): LoginCall {
    const { clock, settings, strangers } = this.platform;
    const now = clock.now();
    const asked: Asked = {
      at: Math.floor(now),
      given: Parameters.of(request),
      bearer: /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1],
      body: isObject(request.body) ? request.body : undefined,
    };
    const channel = owner(asked);
    const traffic = (channel?.traffic ?? strangers).of(endpoint);
    traffic.arrive(now);
    request.line = { channel, traffic, at: asked.at };
    if (channel && settings.rateLimits && !traffic.admit(now, settings.rateTolerance)) throw refusals.rateLimit();
    return { ...asked, channel };
  }

  private async answer(
    exchange: Exchange,
    { name }: Endpoint,
    call: LoginCall,
    run: () => Answer,
  ): Promise<FastifyReply> {
    const channelId = call.channel?.account.channelId ?? '';
    const fault = this.platform.faults.draw({ endpoint: name, channelId, addresses: () => false });
    return fault ? answerWithFault(exchange, fault, call, run) : exchange.send(run());
  }
}
