import { createTestApp, type TestAnswer, type TestApp, type TestWorkspace } from '#testing';
import { EventsHttpModule } from '#events';
import { MembersHttpModule } from '#members';
import { TrackingHttpModule, TrackingJobsModule } from '../tracking.module.js';

export const ORIGIN = 'https://shop.example';

let counter = 0;

/** An id as the script makes them. */
export function newVisitor(): string {
  counter += 1;
  return `visitor${counter}`.padEnd(22, '_');
}

export const browse = (fields: object = {}) => ({ type: 'browse', url: `${ORIGIN}/tea`, ...fields });
export const item = { productId: 'tea', name: 'お茶', quantity: 1, unitPrice: 500, url: `${ORIGIN}/tea` };
export const cart = (fields: object = {}) => ({ type: 'cart', cartId: 'c1', items: [item], ...fields });

/** A workspace whose pages may post, with the members hanako and taro. */
export interface TrackedShop extends TestWorkspace {
  trackingKey: string;
}

/** How a browser asks, where it is not as a page of the shop would. */
export interface Asked {
  of?: TrackedShop;
  headers?: Record<string, string>;
  key?: string;
  ip?: string;
}

/** An API with shops whose pages tell what people do on them. */
export class TrackingStage {
  private constructor(
    readonly app: TestApp,
    /** For those who need none of their own. */
    readonly shop: TrackedShop,
  ) {}

  static async open(): Promise<TrackingStage> {
    const imports = [TrackingHttpModule, TrackingJobsModule, EventsHttpModule, MembersHttpModule];
    const app = await createTestApp({ imports });
    return new TrackingStage(app, await newShop(app));
  }

  newShop(): Promise<TrackedShop> {
    return newShop(this.app);
  }

  /** @param rest of the address, behind the key */
  async ask(method: string, rest: string, body: unknown, asked: Asked = {}): Promise<TestAnswer> {
    const { of = this.shop, headers, key = of.trackingKey, ip } = asked;
    const answer = await this.app.nest.inject({
      method: method as 'POST',
      url: `/t/${key}${rest}`,
      headers: {
        ...(body !== undefined && { 'content-type': 'text/plain;charset=UTF-8' }),
        origin: ORIGIN,
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(ip && { remoteAddress: ip }),
    });
    return {
      status: answer.statusCode,
      body: answer.body ? answer.json<unknown>() : undefined,
      headers: answer.headers,
    };
  }

  post(visitor: string, events: unknown[], asked?: Asked): Promise<TestAnswer> {
    return this.ask('POST', '', { visitor, consent: true, events }, asked);
  }

  tie(visitor: string, memberId: string, of = this.shop): Promise<TestAnswer> {
    return this.app.request('POST', `/v1/visitors/${visitor}/member`, { body: { memberId }, key: of.key });
  }
}

async function newShop(app: TestApp): Promise<TrackedShop> {
  const of = await app.workspace();
  const body = { enabled: true, origins: [ORIGIN] };
  const answer = await app.request('PUT', '/v1/tracking', { body, key: of.key });
  for (const member of ['hanako', 'taro']) await app.request('PUT', `/v1/members/${member}`, { body: {}, key: of.key });
  return { ...of, trackingKey: (answer.body as { key: string }).key };
}
