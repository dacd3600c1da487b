import type { Type } from '@nestjs/common';
import { Channels, ChannelsHttpModule, ChannelsJobsModule } from '#channels';
import { DeliveryJobsModule, Outcomes } from '#delivery';
import { EventsHttpModule } from '#events';
import { newId, type Scope, type VirtualClock } from '#kernel';
import { LinkingHttpModule, LinkingJobsModule } from '#linking';
import { MembersHttpModule } from '#members';
import { SegmentsHttpModule, SegmentsJobsModule } from '#segments';
import { RunsWaking } from '../advancing/runs-waking.service.js';
import { AutomationsHttpModule, AutomationsJobsModule } from '../automations.module.js';
import type { JourneyDto } from '../journeys/journeys.dto.js';
import type { RunDto, TracedRunDto } from '../runs/runs.dto.js';

export const journeysModules: Type[] = [
  ...[
    ChannelsHttpModule,
    ChannelsJobsModule,
    MembersHttpModule,
    LinkingHttpModule,
    LinkingJobsModule,
    EventsHttpModule,
  ],
  ...[SegmentsHttpModule, SegmentsJobsModule, DeliveryJobsModule, AutomationsHttpModule, AutomationsJobsModule],
];

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

type TestScope = Scope & { clock: VirtualClock };

/** What the stage needs of a test app. */
export interface Stageable {
  get<T>(provider: Type<T> | (abstract new (...args: never[]) => T)): T;
  request(
    method: string,
    url: string,
    request?: { body?: unknown; key?: string | null },
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- read as JSON; expect() is there to find out what it is
  ): Promise<{ status: number; body: any }>;
  workspace(settings: { quietHours: null }): Promise<{ scope: TestScope; key: string }>;
}

export const HELLO = [{ type: 'text', text: 'hello' }];
export const send = (id = 'send', more: object = {}) => ({ id, kind: 'send', messages: HELLO, ...more });
export const wait = (id = 'wait', duration: object = { hours: 1 }) => ({ id, kind: 'wait', for: duration });

/** A reminder an hour after a cart, which a purchase calls off. */
export const CART = {
  start: { on: 'event', event: 'cart', where: [{ field: 'items', exists: true }] },
  steps: [wait(), send()],
  cancel: [{ event: 'purchase', where: [{ field: 'lines.productId', sharedWithStart: 'items.productId' }] }],
};

/** A workspace with a channel, spoken to as an integrator would. LINE cannot be reached; what is sent waits. */
export class JourneysStage {
  private constructor(
    readonly app: Stageable,
    readonly scope: TestScope,
    readonly key: string,
    readonly channelId: string,
    private readonly drainAll: () => Promise<unknown>,
  ) {}

  /** @param drain runs all jobs that are due */
  static async open(app: Stageable, drain: () => Promise<unknown>): Promise<JourneysStage> {
    const { scope, key } = await app.workspace({ quietHours: null });
    const account = { name: 'spec', channelSecret: 'a'.repeat(32), accessToken: newId(), verify: false };
    const { id } = await app.get(Channels).create(scope, { ...account, lineChannelId: newId().replace(/\D/g, '') });
    return new JourneysStage(app, scope, key, id, drain);
  }

  get now(): number {
    return this.scope.clock.now().getTime();
  }

  request(method: string, url: string, body?: unknown) {
    return this.app.request(method, url, { body, key: this.key });
  }

  /** @throws Error for a refusal */
  async done<T>(method: string, url: string, body?: unknown): Promise<T> {
    const answer = await this.request(method, url, body);
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  /** An active journey. @returns its id */
  async journey(definition: object): Promise<string> {
    const { id } = await this.done<JourneyDto>('POST', '/v1/journeys', this.body(definition));
    await this.done('POST', `/v1/journeys/${id}/activate`);
    return id;
  }

  body(definition: object, name = 'journey'): object {
    return { name, definition: { channelId: this.channelId, ...definition } };
  }

  /** Stores events without letting anything follow from them. */
  async post(...events: object[]): Promise<void> {
    const complete = events.map((event) => ({ id: newId(), occurredAt: new Date(this.now).toISOString(), ...event }));
    const answer = await this.done<{ rejected: object[] }>('POST', '/v1/events', { events: complete });
    if (answer.rejected.length > 0) throw new Error(JSON.stringify(answer.rejected));
  }

  async drain(): Promise<void> {
    await this.drainAll();
  }

  /** Something happens, and all that follows from it at once. */
  async happens(...events: object[]): Promise<void> {
    await this.post(...events);
    await this.drain();
  }

  /** Time goes on, and everything that is due happens. */
  async pass(milliseconds: number): Promise<void> {
    this.scope.clock.advance(milliseconds);
    await this.app.get(RunsWaking).sweep();
    await this.drain();
  }

  /** What journeys did with a member, the oldest run first. */
  async runsOf(memberId: string): Promise<TracedRunDto[]> {
    const { items } = await this.done<{ items: TracedRunDto[] }>('GET', `/v1/members/${memberId}/journeys?limit=200`);
    return items.reverse();
  }

  /** Decisions of a member's runs, oldest run first, as `step decision`. */
  async traces(memberId: string): Promise<string[][]> {
    const runs = await this.runsOf(memberId);
    return runs.map(({ decisions }) => decisions.map(({ step, decision }) => `${step} ${decision}`));
  }

  async runs(journeyId: string, query = ''): Promise<RunDto[]> {
    const { items } = await this.done<{ items: RunDto[] }>('GET', `/v1/journeys/${journeyId}/runs?limit=200${query}`);
    return items;
  }

  /** How many people all sends of these runs were decided for, by delivery's own account. */
  async handedOver(runs: readonly TracedRunDto[]): Promise<number> {
    const ids = new Set(
      runs.flatMap(({ decisions }) => decisions.map(({ detail }) => (detail as { sendId?: string }).sendId)),
    );
    ids.delete(undefined);
    const totals = await this.app.get(Outcomes).totals(this.scope, [...ids] as string[]);
    return [...totals.values()].reduce((sum, { audience }) => sum + audience, 0);
  }
}

export const item = (productId: string) => ({ productId, name: productId, quantity: 1, unitPrice: 100 });

export const cart = (memberId: string, cartId = 'c', ...productIds: string[]) => ({
  type: 'cart',
  memberId,
  cartId,
  items: (productIds.length > 0 ? productIds : ['p']).map(item),
});

export const purchase = (memberId: string, ...productIds: string[]) => ({
  type: 'purchase',
  memberId,
  orderId: newId(),
  total: 100,
  lines: (productIds.length > 0 ? productIds : ['p']).map((productId) => ({ productId, quantity: 1, unitPrice: 100 })),
});
