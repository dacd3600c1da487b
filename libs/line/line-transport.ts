import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/**
 * 2,000 requests/s (LINE's highest published rate) at a quarter of a second each keep 500 sockets busy.
 * Idle sockets are closed after 20 s, before servers and load balancers commonly drop them in the middle of a request.
 */
const POOL = { keepAlive: true, maxSockets: 512, maxFreeSockets: 512, scheduling: 'lifo', timeout: 20_000 } as const;

/** What LINE answered, whatever its status. `text()` is what the SDK goes on to parse. */
export class LineAnswer {
  constructor(
    readonly status: number,
    readonly headers: IncomingMessage['headers'],
    readonly raw: string,
  ) {}

  /** LINE's `x-line-request-id`; empty where something other than LINE answered. */
  get requestId(): string {
    return this.header('x-line-request-id') ?? '';
  }

  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** The body as JSON; undefined where it is something else, such as a gateway's error page. */
  json(): unknown {
    try {
      return JSON.parse(this.raw);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** For the SDK, which parses what it gets here: a broken body must not turn an accepted send into an exception. */
  async text(): Promise<string> {
    return this.json() === undefined ? '' : this.raw;
  }
}

/** No answer at all: the connection failed or the deadline passed. LINE may or may not have done what was asked. */
export class LineUnreachable extends Error {
  override readonly name = 'LineUnreachable';
}

/** Sockets to LINE, shared by all channels of this process. */
export class LinePool {
  private readonly http = new HttpAgent(POOL);
  private readonly https = new HttpsAgent(POOL);

  /** @param timeoutMs deadline of a whole call: waiting for a socket, connecting, sending and reading the answer */
  constructor(readonly timeoutMs: number) {}

  agentFor(protocol: string): HttpAgent | HttpsAgent {
    return protocol === 'https:' ? this.https : this.http;
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}

/**
 * Stands in for the SDK's own HTTP client, which is made of bare `fetch` calls: no deadline, no way to pass an abort
 * signal and no say over the pool. Here a call that is over its deadline destroys its socket, and no status throws.
 */
export class LineTransport {
  private readonly base: URL;

  constructor(
    baseUrl: string,
    /** Undefined where the request itself says who asks. */
    private readonly accessToken: string | undefined,
    private readonly pool: LinePool,
  ) {
    this.base = new URL(baseUrl);
  }

  get(path: string, params: Record<string, unknown> = {}): Promise<LineAnswer> {
    const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== null);
    const query = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
    return this.send('GET', query ? `${path}?${query}` : path);
  }

  post(path: string, body?: unknown, config?: { headers?: Record<string, string> }): Promise<LineAnswer> {
    return this.send('POST', path, body, config?.headers);
  }

  /** As the endpoints of OAuth want it. */
  form(path: string, fields: Record<string, string>): Promise<LineAnswer> {
    return this.send('POST', path, new URLSearchParams(fields));
  }

  /** As it is. @param type its content type */
  bytes(path: string, body: Buffer, type: string): Promise<LineAnswer> {
    return this.send('POST', path, body, { 'content-type': type });
  }

  put(path: string, body?: unknown): Promise<LineAnswer> {
    return this.send('PUT', path, body);
  }

  delete(path: string): Promise<LineAnswer> {
    return this.send('DELETE', path);
  }

  private send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<LineAnswer> {
    const isForm = body instanceof URLSearchParams;
    const payload = bytesOf(body);
    const options: RequestOptions = {
      method,
      host: this.base.hostname.replace(/^\[|\]$/g, ''),
      port: this.base.port || undefined,
      path: this.base.pathname.replace(/\/$/, '') + path,
      agent: this.pool.agentFor(this.base.protocol),
      headers: {
        ...(this.accessToken === undefined ? {} : { authorization: `Bearer ${this.accessToken}` }),
        ...(payload.length > 0
          ? { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' }
          : {}),
        // LINE's edge answers 411 to a POST without a body that does not say so.
        ...(method === 'GET' ? {} : { 'content-length': payload.length }),
        ...headers,
      },
    };
    return this.exchange(options, payload);
  }

  private exchange(options: RequestOptions, payload: Buffer): Promise<LineAnswer> {
    const request = this.base.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const call = request(options);
      const { timeoutMs } = this.pool;
      const deadline = setTimeout(() => call.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      const fail = (error: NodeJS.ErrnoException) => {
        clearTimeout(deadline);
        reject(new LineUnreachable([error.code, error.message].filter(Boolean).join(': '), { cause: error }));
      };
      call.on('error', fail);
      call.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () => {
          clearTimeout(deadline);
          resolve(new LineAnswer(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString('utf8')));
        });
      });
      call.end(payload);
    });
  }
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(body instanceof URLSearchParams ? body.toString() : JSON.stringify(body));
}
