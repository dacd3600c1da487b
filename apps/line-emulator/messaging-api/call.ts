import type { Channel } from '../channels/channel.js';
import type { Send } from '../ledger/ledger.js';
import type { Endpoint } from '../limits/endpoints.js';
import type { JsonObject } from '../validation/problems.js';

/** One request that passed the door: who calls, when, with what. */
export interface Call {
  requestId: string;
  endpoint: Endpoint;
  channel: Channel;
  at: number;
  retryKey: string | undefined;
  /** The body, if it is a JSON object. */
  body: JsonObject | undefined;
  /** The body, if it is a file. */
  bytes: Buffer | undefined;
  /** Media type of the body, in small letters, without parameters. */
  contentType: string;
  params: Record<string, string>;
  query: Record<string, string | string[] | undefined>;
  /** What the call recorded, so that a fault can note how it was answered. */
  send?: Send;
}

export interface Answer {
  status: number;
  body: unknown;
  /** On a 409: the request that was accepted under the retry key. */
  acceptedRequestId?: string;
  /** Media type of a body that is a file. */
  contentType?: string;
}

export const accepted = (): Answer => ({ status: 202, body: {} });
export const ok = (body: unknown = {}): Answer => ({ status: 200, body });
