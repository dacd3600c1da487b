const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** One of LINE's endpoints as LINE limits them: by path template and method. */
export interface Endpoint {
  /** Short name used in faults and figures. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
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
  insightUnit: endpoint('insight.aggregation', 'GET', '/v2/bot/insight/message/event/aggregation', [60, hour]),
  botInfo: endpoint('info', 'GET', '/v2/bot/info'),
  profile: endpoint('profile', 'GET', '/v2/bot/profile/:userId'),
  followers: endpoint('followers', 'GET', '/v2/bot/followers/ids'),
  setWebhook: endpoint('webhook.set', 'PUT', '/v2/bot/channel/webhook/endpoint', [1000, minute]),
  getWebhook: endpoint('webhook.get', 'GET', '/v2/bot/channel/webhook/endpoint', [1000, minute]),
  testWebhook: endpoint('webhook.test', 'POST', '/v2/bot/channel/webhook/test', [60, hour]),
  loading: endpoint('loading', 'POST', '/v2/bot/chat/loading/start', [100, second]),
  markAsRead: endpoint('markAsRead', 'POST', '/v2/bot/chat/markAsRead'),
  linkToken: endpoint('linkToken', 'POST', '/v2/bot/user/:userId/linkToken'),
} satisfies Record<string, Endpoint>;

/** Login's limits are not published; the usual rate is ours. */
export const loginEndpoints = {
  token: endpoint('login.token', 'POST', '/oauth2/v2.1/token'),
  verify: endpoint('login.verify', 'GET', '/oauth2/v2.1/verify'),
  verifyIdToken: endpoint('login.verifyIdToken', 'POST', '/oauth2/v2.1/verify'),
  getUserinfo: endpoint('login.userinfo', 'GET', '/oauth2/v2.1/userinfo'),
  postUserinfo: endpoint('login.userinfo', 'POST', '/oauth2/v2.1/userinfo'),
  profile: endpoint('login.profile', 'GET', '/v2/profile'),
  friendship: endpoint('login.friendship', 'GET', '/friendship/v1/status'),
  revoke: endpoint('login.revoke', 'POST', '/oauth2/v2.1/revoke'),
  deauthorize: endpoint('login.deauthorize', 'POST', '/user/v1/deauthorize'),
  stateless: endpoint('login.stateless', 'POST', '/oauth2/v3/token'),
  certs: endpoint('login.certs', 'GET', '/oauth2/v2.1/certs'),
  discovery: endpoint('login.discovery', 'GET', '/.well-known/openid-configuration'),
} satisfies Record<string, Endpoint>;

export const validateEndpoints: Endpoint[] = ['reply', 'push', 'multicast', 'narrowcast', 'broadcast'].map((kind) =>
  endpoint(`validate.${kind}`, 'POST', `${message}/validate/${kind}`),
);

/** Counts of delivered messages per day; the kind is the last part of the name. */
export const deliveryEndpoints: Endpoint[] = ['reply', 'push', 'multicast', 'broadcast'].map((kind) =>
  endpoint(`delivery.${kind}`, 'GET', `${message}/delivery/${kind}`),
);

const menu = '/v2/bot/richmenu';
const hundredAnHour: Rate = [100, hour];

/** Everything about rich menus; the image is served by the data API, which here is the same listener. */
export const richMenuEndpoints = {
  create: endpoint('richmenu.create', 'POST', menu, hundredAnHour),
  validate: endpoint('richmenu.validate', 'POST', `${menu}/validate`),
  uploadImage: endpoint('richmenu.image.upload', 'POST', `${menu}/:richMenuId/content`),
  image: endpoint('richmenu.image', 'GET', `${menu}/:richMenuId/content`),
  list: endpoint('richmenu.list', 'GET', `${menu}/list`, [10, second]),
  get: endpoint('richmenu.get', 'GET', `${menu}/:richMenuId`),
  remove: endpoint('richmenu.delete', 'DELETE', `${menu}/:richMenuId`, hundredAnHour),
  setDefault: endpoint('richmenu.default.set', 'POST', '/v2/bot/user/all/richmenu/:richMenuId'),
  getDefault: endpoint('richmenu.default', 'GET', '/v2/bot/user/all/richmenu'),
  clearDefault: endpoint('richmenu.default.clear', 'DELETE', '/v2/bot/user/all/richmenu'),
  link: endpoint('richmenu.link', 'POST', '/v2/bot/user/:userId/richmenu/:richMenuId'),
  ofUser: endpoint('richmenu.user', 'GET', '/v2/bot/user/:userId/richmenu'),
  unlink: endpoint('richmenu.unlink', 'DELETE', '/v2/bot/user/:userId/richmenu'),
  bulkLink: endpoint('richmenu.bulk.link', 'POST', `${menu}/bulk/link`),
  bulkUnlink: endpoint('richmenu.bulk.unlink', 'POST', `${menu}/bulk/unlink`),
  batch: endpoint('richmenu.batch', 'POST', `${menu}/batch`, [3, hour]),
  validateBatch: endpoint('richmenu.batch.validate', 'POST', `${menu}/validate/batch`),
  batchProgress: endpoint('richmenu.batch.progress', 'GET', `${menu}/progress/batch`, hundredAnHour),
  createAlias: endpoint('richmenu.alias.create', 'POST', `${menu}/alias`),
  updateAlias: endpoint('richmenu.alias.update', 'POST', `${menu}/alias/:richMenuAliasId`),
  getAlias: endpoint('richmenu.alias', 'GET', `${menu}/alias/:richMenuAliasId`),
  deleteAlias: endpoint('richmenu.alias.delete', 'DELETE', `${menu}/alias/:richMenuAliasId`, hundredAnHour),
  listAliases: endpoint('richmenu.alias.list', 'GET', `${menu}/alias/list`),
} satisfies Record<string, Endpoint>;
