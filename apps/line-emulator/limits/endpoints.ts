const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** One of LINE's endpoints as LINE limits them: by path template and method. */
export interface Endpoint {
  /** Short name used in faults and figures. */
  name: string;
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  limit: number;
  periodMs: number;
  /** Only push, multicast, narrowcast and broadcast take X-Line-Retry-Key. */
  takesRetryKey: boolean;
}

type Rate = [limit: number, periodMs: number];
const usual: Rate = [2000, second];

function endpoint(name: string, method: Endpoint['method'], path: string, [limit, periodMs]: Rate = usual): Endpoint {
  return { name, method, path, limit, periodMs, takesRetryKey: false };
}

const withRetryKey = (one: Endpoint): Endpoint => ({ ...one, takesRetryKey: true });
const message = '/v2/bot/message';

/** Source of the rates: https://developers.line.biz/en/reference/messaging-api/#rate-limits */
export const endpoints = {
  push: withRetryKey(endpoint('push', 'POST', `${message}/push`)),
  multicast: withRetryKey(endpoint('multicast', 'POST', `${message}/multicast`, [200, second])),
  narrowcast: withRetryKey(endpoint('narrowcast', 'POST', `${message}/narrowcast`, [60, hour])),
  broadcast: withRetryKey(endpoint('broadcast', 'POST', `${message}/broadcast`, [60, hour])),
  reply: endpoint('reply', 'POST', `${message}/reply`),
  narrowcastProgress: endpoint('narrowcast.progress', 'GET', `${message}/progress/narrowcast`),
  quota: endpoint('quota', 'GET', `${message}/quota`),
  consumption: endpoint('quota.consumption', 'GET', `${message}/quota/consumption`),
  units: endpoint('aggregation.info', 'GET', `${message}/aggregation/info`),
  unitNames: endpoint('aggregation.list', 'GET', `${message}/aggregation/list`),
  botInfo: endpoint('info', 'GET', '/v2/bot/info'),
  profile: endpoint('profile', 'GET', '/v2/bot/profile/:userId'),
  followers: endpoint('followers', 'GET', '/v2/bot/followers/ids'),
  setWebhook: endpoint('webhook.set', 'PUT', '/v2/bot/channel/webhook/endpoint', [1000, minute]),
  getWebhook: endpoint('webhook.get', 'GET', '/v2/bot/channel/webhook/endpoint', [1000, minute]),
  testWebhook: endpoint('webhook.test', 'POST', '/v2/bot/channel/webhook/test', [60, hour]),
  loading: endpoint('loading', 'POST', '/v2/bot/chat/loading/start', [100, second]),
  markAsRead: endpoint('markAsRead', 'POST', '/v2/bot/chat/markAsRead'),
} satisfies Record<string, Endpoint>;

export const validateEndpoints: Endpoint[] = ['reply', 'push', 'multicast', 'narrowcast', 'broadcast'].map((kind) =>
  endpoint(`validate.${kind}`, 'POST', `${message}/validate/${kind}`),
);

/** Counts of delivered messages per day; the kind is the last part of the name. */
export const deliveryEndpoints: Endpoint[] = ['reply', 'push', 'multicast', 'broadcast'].map((kind) =>
  endpoint(`delivery.${kind}`, 'GET', `${message}/delivery/${kind}`),
);
